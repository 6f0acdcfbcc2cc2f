// The table and data_table blocks.

import { h } from "./dom.js";
import { icon } from "./icons.js";
import { richText } from "./richtext.js";

const cellText = (cell) => cell?.text ?? (cell?.value === undefined ? "" : String(cell.value));
const cellNode = (cell, names) => (cell?.type === "rich_text" ? richText(cell, names) : cellText(cell));
const isNumber = (cell) => cell?.type === "raw_number";

const alignOf = (block, index, rows) =>
  block.column_settings?.[index]?.align ?? (rows.length && rows.every((row) => isNumber(row[index])) ? "right" : "left");

const cellNodes = (row, block, names, aligns, header) =>
  row.map((cell, index) =>
    h(index === header ? "th" : "td", { scope: index === header ? "row" : null, class: `align-${aligns[index]}` }, cellNode(cell, names)));

const bodyRows = (rows, block, names, aligns, header) =>
  rows.map((row) => h("tr", {}, cellNodes(row, block, names, aligns, header)));

const shell = (label, ...parts) => h("div", { class: "table-scroll", role: "region", tabindex: "0", "aria-label": label }, h("table", { class: "table" }, parts));

/** A `table` block: the first row is its head. */
export const tableBlock = (block, names) => {
  const [head = [], ...rows] = block.rows ?? [];
  const aligns = head.map((_cell, index) => alignOf(block, index, rows));
  return shell("Table",
    h("thead", {}, h("tr", {}, head.map((cell, index) => h("th", { scope: "col", class: `align-${aligns[index]}` }, cellNode(cell, names))))),
    h("tbody", {}, bodyRows(rows, block, names, aligns, -1)));
};

const plainCell = (cell) => (cell?.type === "rich_text" ? JSON.stringify(cell.elements) : cellText(cell));

const compare = (one, other) =>
  isNumber(one) && isNumber(other) ? one.value - other.value : plainCell(one).localeCompare(plainCell(other), undefined, { numeric: true });

const sorted = (rows, { column, direction }) =>
  column === null ? rows : [...rows].sort((one, other) => direction * compare(one[column], other[column]));

const ARIA = { 1: "ascending", "-1": "descending" };

const headCell = (cell, index, align, state, redraw) => {
  const chosen = state.column === index;
  const sort = () => {
    Object.assign(state, { direction: chosen ? -state.direction : 1, column: index, page: 0 });
    redraw(index);
  };
  return h("th", { scope: "col", class: `align-${align}`, "aria-sort": chosen ? ARIA[state.direction] : "none" },
    h("button", { type: "button", class: "sort", onclick: sort }, cellText(cell), icon("down", 14)));
};

const pager = (state, pages, total, size, redraw) => {
  const turn = (by) => () => ((state.page += by), redraw());
  const from = state.page * size + 1;
  return h("div", { class: "pager" },
    h("button", { type: "button", class: "button button-small", disabled: state.page === 0, onclick: turn(-1) }, "Previous"),
    h("span", {}, `${from}–${Math.min(from + size - 1, total)} of ${total}`),
    h("button", { type: "button", class: "button button-small", disabled: state.page >= pages - 1, onclick: turn(1) }, "Next"));
};

/** A `data_table` block: sortable columns, pages, a caption. */
export const dataTable = (block, names) => {
  const [head = [], ...rows] = block.rows ?? [];
  const size = block.page_size ?? 5;
  const pages = Math.max(1, Math.ceil(rows.length / size));
  const aligns = head.map((_cell, index) => alignOf(block, index, rows));
  const state = { column: null, direction: 1, page: 0 };
  const root = h("div", { class: "data-table" });
  const draw = (focus) => {
    const shown = sorted(rows, state).slice(state.page * size, (state.page + 1) * size);
    const heads = head.map((cell, index) => headCell(cell, index, aligns[index], state, draw));
    root.replaceChildren(
      shell(block.caption || "Table",
        block.caption ? h("caption", {}, block.caption) : null,
        h("thead", {}, h("tr", {}, heads)),
        h("tbody", {}, bodyRows(shown, block, names, aligns, block.row_header_column_index ?? 0))),
      ...(pages > 1 ? [pager(state, pages, rows.length, size, draw)] : []));
    // The heading that was pressed is a new node now: give it the focus back.
    if (focus !== undefined) heads[focus].querySelector("button").focus();
  };
  draw();
  return root;
};
