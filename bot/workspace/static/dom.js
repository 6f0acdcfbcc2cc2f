// Small hands for building nodes. Everything people or the bot wrote arrives here as text and stays text.

const SVG = "http://www.w3.org/2000/svg";

const assign = (node, name, value) => {
  if (value === undefined || value === null || value === false) return;
  if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
  else if (name === "dataset") Object.assign(node.dataset, value);
  else if (name === "value" || name === "checked" || name === "selected" || name === "disabled") node[name] = value;
  else node.setAttribute(name, value === true ? "" : String(value));
};

const build = (node, attributes, children) => {
  for (const [name, value] of Object.entries(attributes ?? {})) assign(node, name, value);
  // The value of a select only takes once its options are there.
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
};

/** An HTML element: h("p", {class: "note"}, "text", child). Strings become text nodes, never markup. */
export const h = (tag, attributes, ...children) => build(document.createElement(tag), attributes, children);

/** An SVG element, same rules. */
export const s = (tag, attributes, ...children) => build(document.createElementNS(SVG, tag), attributes, children);

/** Text that only screen readers hear. */
export const hidden = (text) => h("span", { class: "visually-hidden" }, text);

let counter = 0;

/** An id that is unique in this page, for labels and descriptions. */
export const uid = (prefix) => `${prefix}-${++counter}`;

const FOCUSABLE =
  'a[href], button:not([disabled]), input:not([disabled]), select:not([disabled]), textarea:not([disabled]), [tabindex="0"]';

/** What the Tab key can reach inside `root`, in order. */
export const focusable = (root) => [...root.querySelectorAll(FOCUSABLE)].filter((node) => node.offsetParent !== null);

/** Keeps Tab inside `root`: call from its keydown handler. */
export const holdFocus = (root, event) => {
  if (event.key !== "Tab") return;
  const nodes = focusable(root);
  if (!nodes.length) return;
  const edge = event.shiftKey ? nodes[0] : nodes[nodes.length - 1];
  if (document.activeElement !== edge && root.contains(document.activeElement)) return;
  event.preventDefault();
  (event.shiftKey ? nodes[nodes.length - 1] : nodes[0]).focus();
};
