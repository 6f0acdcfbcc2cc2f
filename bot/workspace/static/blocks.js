// Block Kit as nodes. `use` says where the blocks stand and what their elements may do (see elements.js).

import { chartFigure, drawable } from "./chart.js";
import { h, uid } from "./dom.js";
import { acting, field } from "./elements.js";
import { FIELDS } from "./fields.js";
import { icon } from "./icons.js";
import { link } from "./mrkdwn.js";
import { richText } from "./richtext.js";
import { dataTable, tableBlock } from "./tables.js";
import { plain, textBlock, textLine } from "./text.js";

const unknown = (what, type) => h("p", { class: "unknown" }, `${what} type ${type} isn't shown here`);

const sameOrigin = (address) => {
  try {
    return new URL(address, location.origin).origin === location.origin;
  } catch {
    return false;
  }
};

/** A picture of this server; one from elsewhere stays a link, because this page fetches nothing from other hosts. */
const picture = (source, alt, className) =>
  sameOrigin(source)
    ? h("img", { class: className, src: source, alt: alt ?? "", loading: "lazy" })
    : h("span", { class: "picture-link" }, link(source, alt || "Picture"));

const accessory = (block, use) => {
  const element = block.accessory;
  if (!element) return null;
  if (element.type === "image") return picture(element.image_url, element.alt_text, "thumbnail");
  return h("div", { class: "accessory" }, acting(element, block, use) ?? unknown("Element", element.type));
};

const section = (block, use) =>
  h("div", { class: block.accessory ? "section has-accessory" : "section" },
    h("div", { class: "section-body" },
      block.text ? textBlock(block.text, use.names) : null,
      block.fields?.length ? h("div", { class: "section-fields" }, block.fields.map((part) => textBlock(part, use.names))) : null),
    accessory(block, use));

const context = (block, use) =>
  h("div", { class: "context" }, (block.elements ?? []).map((element) =>
    element.type === "image" ? picture(element.image_url, element.alt_text, "context-image") : h("span", { class: "context-text" }, textBlock(element, use.names))));

const actions = (className) => (block, use) =>
  h("div", { class: className }, (block.elements ?? []).map((element) => acting(element, block, use) ?? unknown("Element", element.type)));

// Markdown's column alignment comes as inline style, which the page's content policy refuses; a class says the same.
const withoutStyles = (html) => html.replace(/ style="text-align:(left|right|center)"/g, ' class="align-$1"');

const markdown = (block) => {
  const node = h("div", { class: "rich markdown" });
  // The one place where markup arrives: the server renders the Markdown with raw HTML switched off.
  if (typeof block.html === "string") node.innerHTML = withoutStyles(block.html);
  else node.append(block.text ?? "");
  for (const anchor of node.querySelectorAll("a")) Object.assign(anchor, { target: "_blank", rel: "noopener noreferrer" });
  return node;
};

const image = (block) =>
  h("figure", { class: "image" }, block.title ? h("figcaption", {}, plain(block.title)) : null,
    block.image_url ? picture(block.image_url, block.alt_text, "image-full") : h("span", { class: "picture-link" }, block.alt_text ?? "Picture"));

const ALERTS = { warning: "warning", error: "warning", success: "check" };

const alert = (block, use) =>
  h("div", { class: `alert alert-${block.level in ALERTS ? block.level : "info"}`, role: block.level === "error" ? "alert" : "note" },
    icon(ALERTS[block.level] ?? "info"), h("div", {}, textLine(block.text, use.names)));

const GROUPS = new Set(["checkboxes", "radio_buttons", "multi_static_select", "multi_users_select", "multi_conversations_select", "multi_channels_select"]);

const inputField = (block, use, ids, grouped) =>
  field(block.element, block, use, {
    id: ids.control, input: true, sends: Boolean(block.dispatch_action), optional: Boolean(block.optional),
    labelledBy: grouped ? ids.label : null, describedBy: block.hint ? `${ids.hint} ${ids.error}` : ids.error,
  });

const input = (block, use) => {
  if (!(block.element?.type in FIELDS)) return unknown("Element", block.element?.type);
  const ids = { control: uid("field"), label: uid("label"), hint: uid("hint"), error: uid("error") };
  const grouped = GROUPS.has(block.element.type);
  const optional = block.optional ? h("span", { class: "optional" }, " (optional)") : null;
  return h("div", { class: "input", "data-input-block": block.block_id },
    h(grouped ? "div" : "label", { class: "input-label", id: ids.label, for: grouped ? null : ids.control }, textLine(block.label, use.names), optional),
    inputField(block, use, ids, grouped),
    h("p", { class: "input-error", id: ids.error, hidden: true }),
    block.hint ? h("p", { class: "input-hint", id: ids.hint }, textLine(block.hint, use.names)) : null);
};

const STATES = { pending: "Waiting", in_progress: "Under way", complete: "Done", error: "Failed" };

const taskCard = (block, use) =>
  h("div", { class: `task task-${block.status in STATES ? block.status : "pending"}` },
    h("span", { class: "task-state" }, STATES[block.status] ?? STATES.pending), h("strong", {}, block.title ?? ""),
    block.details ? richText(block.details, use.names) : null,
    block.output ? richText(block.output, use.names) : null);

const plan = (block, use) => h("div", { class: "plan" }, h("p", { class: "plan-title" }, block.title ?? ""), (block.tasks ?? []).map((task) => taskCard(task, use)));

const visualization = (block) => (drawable(block.chart) ? chartFigure(block) : unknown("Chart", block.chart?.type));

const MAKERS = {
  section, context, markdown, image, alert, input, plan,
  header: (block) => h("h3", { class: "header" }, plain(block.text)),
  divider: () => h("hr"),
  actions: actions("actions"),
  context_actions: actions("context-actions"),
  rich_text: (block, use) => richText(block, use.names),
  table: (block, use) => tableBlock(block, use.names),
  data_table: (block, use) => dataTable(block, use.names),
  data_visualization: visualization,
  task_card: taskCard,
};

const made = (block, use) => {
  if (!Object.hasOwn(MAKERS, block.type)) return unknown("Block", block.type);
  try {
    return MAKERS[block.type](block, use);
  } catch (error) {
    // One malformed block must not hide the rest of the message.
    console.error(`block ${block.type} could not be drawn`, error);
    return h("p", { class: "unknown" }, `This ${block.type} block could not be drawn: ${error.message}`);
  }
};

const one = (block, use) => {
  const node = made(block, use);
  node.dataset.blockType = block.type;
  return node;
};

/** All blocks of a message or view, in order. */
export const renderBlocks = (blocks, use) => h("div", { class: "blocks" }, (blocks ?? []).map((block) => one(block, use)));
