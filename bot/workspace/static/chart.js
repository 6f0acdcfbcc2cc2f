// data_visualization blocks as inline SVG, with the same numbers in a table for screen readers.

import { h, hidden, s, uid } from "./dom.js";

const WIDTH = 460;
const HEIGHT = 220;
const FRAME = { left: 44, right: 10, top: 10, bottom: 30 };
const INNER = { width: WIDTH - FRAME.left - FRAME.right, height: HEIGHT - FRAME.top - FRAME.bottom };

const say = (number) => new Intl.NumberFormat("en-GB", { maximumFractionDigits: 2 }).format(number);
const brief = (number) => new Intl.NumberFormat("en-GB", { notation: "compact", maximumFractionDigits: 1 }).format(number);

const stepFor = (span) => {
  const rough = (span || 1) / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  return [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((step) => step >= rough);
};

/** Round tick values that cover all values and zero. */
const ticksOf = (values) => {
  const [low, high] = [Math.min(0, ...values), Math.max(0, ...values)];
  const step = stepFor(high - low);
  const first = Math.floor(low / step);
  const last = Math.max(first + 1, Math.ceil(high / step));
  return Array.from({ length: last - first + 1 }, (_each, index) => (first + index) * step);
};

const valueAt = (series, category) => series.data?.find((point) => point.label === category)?.value ?? null;

const scaleOf = (chart) => {
  const ticks = ticksOf(chart.series.flatMap((series) => series.data.map((point) => point.value)));
  const [low, high] = [ticks[0], ticks[ticks.length - 1]];
  return { ticks, y: (value) => FRAME.top + INNER.height * (1 - (value - low) / (high - low)) };
};

const categoriesOf = (chart) => chart.axis_config?.categories ?? chart.series[0].data.map((point) => point.label);
const tip = (text) => s("title", {}, text);

const shortened = (text, room) => (text.length > room ? `${text.slice(0, Math.max(1, room - 1))}…` : text);

const grid = ({ ticks, y }) =>
  ticks.map((value) =>
    s("g", {},
      s("line", { class: value === 0 ? "chart-zero" : "chart-line", x1: FRAME.left, x2: WIDTH - FRAME.right, y1: y(value), y2: y(value) }),
      s("text", { class: "chart-text", x: FRAME.left - 8, y: y(value) + 4, "text-anchor": "end" }, brief(value))));

const categoryLabels = (categories, x) => {
  const each = Math.ceil(categories.length / 8);
  const room = Math.floor((INNER.width / Math.min(categories.length, 8)) / 6.4);
  return categories.map((category, index) =>
    index % each ? null : s("text", { class: "chart-text", x: x(index), y: HEIGHT - 10, "text-anchor": "middle" }, tip(category), shortened(category, room)));
};

const bars = (chart, categories, { y }) => {
  const slot = INNER.width / categories.length;
  const width = Math.min(34, (slot * 0.72) / chart.series.length);
  return chart.series.flatMap((series, at) =>
    categories.map((category, index) => {
      const value = valueAt(series, category);
      if (value === null) return null;
      const x = FRAME.left + slot * (index + 0.5) + width * (at - chart.series.length / 2);
      return s("rect", { class: `chart-fill tone-${at + 1}`, x: x + 0.75, y: Math.min(y(value), y(0)), width: width - 1.5,
        height: Math.max(1, Math.abs(y(value) - y(0))), rx: 2 }, tip(`${category}, ${series.name}: ${say(value)}`));
    }));
};

const middle = (categories) => {
  const slot = INNER.width / categories.length;
  return (index) => FRAME.left + slot * (index + 0.5);
};

const lineOf = (series, at, categories, { y }, filled) => {
  const x = middle(categories);
  const points = categories.map((category, index) => [index, valueAt(series, category), category]).filter(([, value]) => value !== null);
  if (!points.length) return null;
  const path = points.map(([index, value], step) => `${step ? "L" : "M"}${x(index)} ${y(value)}`).join("");
  const area = `${path}L${x(points[points.length - 1][0])} ${y(0)}L${x(points[0][0])} ${y(0)}Z`;
  return s("g", { class: `tone-${at + 1}` },
    filled ? s("path", { class: "chart-area", d: area }) : null,
    s("path", { class: "chart-stroke", d: path }),
    points.map(([index, value, category]) =>
      s("circle", { class: "chart-dot", cx: x(index), cy: y(value), r: 3.5 }, tip(`${category}, ${series.name}: ${say(value)}`))));
};

const lines = (filled) => (chart, categories, scale) => chart.series.map((series, at) => lineOf(series, at, categories, scale, filled));

const MARKS = { bar: bars, line: lines(false), area: lines(true) };

const axes = (chart) => {
  const categories = categoriesOf(chart);
  const scale = scaleOf(chart);
  return [grid(scale), MARKS[chart.type](chart, categories, scale), categoryLabels(categories, middle(categories))];
};

const turn = (share) => [Math.sin(share * 2 * Math.PI), -Math.cos(share * 2 * Math.PI)].map((part) => part * 90);

const slice = (from, to) => {
  if (to - from > 0.9999) return "M0 -90A90 90 0 1 1 -0.01 -90Z";
  const [x1, y1] = turn(from);
  const [x2, y2] = turn(to);
  return `M0 0L${x1} ${y1}A90 90 0 ${to - from > 0.5 ? 1 : 0} 1 ${x2} ${y2}Z`;
};

const shareOf = (segment, segments) => segment.value / segments.reduce((sum, each) => sum + each.value, 0);
const percent = (share) => `${Math.round(share * 100)} %`;

const pie = ({ segments }) => {
  let from = 0;
  return s("g", { transform: `translate(${WIDTH / 2} ${HEIGHT / 2})` }, segments.map((segment, at) => {
    const share = shareOf(segment, segments);
    const path = slice(from, from + share);
    from += share;
    return s("path", { class: `chart-slice tone-${at + 1}`, d: path }, tip(`${segment.label}: ${say(segment.value)} (${percent(share)})`));
  }));
};

const legend = (names) =>
  h("ul", { class: "chart-legend", "aria-hidden": "true" }, names.map((name, at) => h("li", {}, h("span", { class: `swatch tone-${at + 1}` }), name)));

const table = (title, head, rows) =>
  h("table", { class: "visually-hidden" }, h("caption", {}, title),
    h("thead", {}, h("tr", {}, head.map((cell) => h("th", { scope: "col" }, cell)))),
    h("tbody", {}, rows.map(([first, ...rest]) => h("tr", {}, h("th", { scope: "row" }, first), rest.map((cell) => h("td", {}, cell))))));

const seriesTable = (title, chart) =>
  table(title, [chart.axis_config?.x_label ?? "", ...chart.series.map((series) => series.name)],
    categoriesOf(chart).map((category) => [category, ...chart.series.map((series) => {
      const value = valueAt(series, category);
      return value === null ? "–" : say(value);
    })]));

const parts = (chart, title) =>
  chart.type === "pie"
    ? { drawing: pie(chart), names: chart.segments.map((each) => `${each.label} · ${percent(shareOf(each, chart.segments))}`),
        numbers: table(title, ["Part", "Value"], chart.segments.map((each) => [each.label, say(each.value)])) }
    : { drawing: axes(chart), names: chart.series.map((series) => series.name), numbers: seriesTable(title, chart) };

const axisNote = ({ x_label: x, y_label: y } = {}) => (x || y ? h("p", { class: "chart-note" }, [y, x].filter(Boolean).join(" by ")) : null);

/** Whether the chart has what it takes to be drawn. */
export const drawable = (chart) => (chart?.type === "pie" ? chart.segments?.length > 0 : chart?.type in MARKS && chart.series?.length > 0);

/** A data_visualization block as a figure. */
export const chartFigure = (block) => {
  const { drawing, names, numbers } = parts(block.chart, block.title);
  const id = uid("chart");
  return h("figure", { class: "chart" },
    h("figcaption", { id }, block.title),
    h("div", { class: "chart-scroll" }, s("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-labelledby": id }, drawing)),
    names.length > 1 || block.chart.type === "pie" ? legend(names) : hidden(names[0]),
    axisNote(block.chart.axis_config), numbers);
};
