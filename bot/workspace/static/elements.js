// Interactive elements in messages, modals and Home. `use` says where they stand:
// {names, send(action), confirm(dialog), kept(block, action), fields: []}.

import { h } from "./dom.js";
import { FIELDS, keeping } from "./fields.js";
import { icon } from "./icons.js";
import { menu } from "./menu.js";
import { safeUrl } from "./mrkdwn.js";
import { plain } from "./text.js";

/** Asks first where the element wants it, then sends; the control is busy until the answer is there. */
const press = async (control, element, use, action) => {
  if (element.confirm && !(await use.confirm(element.confirm))) return false;
  control.setAttribute("aria-busy", "true");
  try {
    return await use.send(action);
  } finally {
    control.removeAttribute("aria-busy");
  }
};

const ids = (element, block) => ({ block_id: block.block_id ?? "", action_id: element.action_id ?? "" });
const hooks = (element, block) => ({ "data-block-id": block.block_id, "data-action-id": element.action_id });
const styleOf = (style) => (style === "primary" || style === "danger" ? ` button-${style}` : "");

const button = (element, block, use) => {
  const url = element.url ? safeUrl(element.url) : null;
  const attributes = { ...hooks(element, block), class: `button${styleOf(element.style)}`, "aria-label": element.accessibility_label };
  const action = { ...ids(element, block), value: element.value };
  if (url) {
    const node = h("a", { ...attributes, href: url, target: "_blank", rel: "noopener noreferrer" }, plain(element.text), icon("external", 14));
    node.addEventListener("click", () => use.send(action));
    return node;
  }
  const node = h("button", { ...attributes, type: "button" }, plain(element.text));
  node.addEventListener("click", () => press(node, element, use, action));
  return node;
};

const overflow = (element, block, use) => {
  const node = h("button", { ...hooks(element, block), type: "button", class: "button button-icon", "aria-label": "More actions" }, icon("more"));
  const choose = (option) => {
    const url = option.url && safeUrl(option.url);
    if (url) window.open(url, "_blank", "noopener");
    press(node, element, use, { ...ids(element, block), selected_option: option });
  };
  menu(node, () => (element.options ?? []).map((option) => ({ label: plain(option.text), choose: () => choose(option) })));
  return node;
};

const thumb = (part, name, element, block, use) =>
  h("button", { ...hooks(element, block), type: "button", class: "thumb", "data-value": part.value, "aria-pressed": "false",
    "aria-label": part.accessibility_label ?? plain(part.text), title: plain(part.text) }, icon(name), h("span", {}, plain(part.text)));

const feedback = (element, block, use) => {
  const parts = [[element.positive_button, "thumbup"], [element.negative_button, "thumbdown"]].filter(([part]) => part);
  const thumbs = parts.map(([part, name]) => thumb(part, name, element, block, use));
  const mark = (value) => thumbs.forEach((node) => node.setAttribute("aria-pressed", String(node.dataset.value === value)));
  mark(use.pressed?.get(element.action_id));
  thumbs.forEach((node, index) =>
    node.addEventListener("click", async () => {
      const { value } = parts[index][0];
      // Slack tells of every press and never of an "unpress": the last one wins.
      if ((await press(node, element, use, { ...ids(element, block), value })) === false) return;
      use.pressed?.set(element.action_id, value);
      mark(value);
    }),
  );
  return h("div", { class: "thumbs", role: "group", "aria-label": "Feedback" }, thumbs);
};

const iconButton = (element, block, use) => {
  const label = plain(element.text);
  const node = h("button", { ...hooks(element, block), type: "button", class: "thumb", title: label, "aria-label": element.accessibility_label ?? label },
    icon(element.icon), h("span", {}, label));
  node.addEventListener("click", () => press(node, element, use, { ...ids(element, block), value: element.value }));
  return node;
};

const ACTIONS = { button, overflow, feedback_buttons: feedback, icon_button: iconButton, workflow_button: button };

/** A field (select, text, date …) of a block, registered in `use.fields`; `place` carries label ids and whether it sends on change. */
export const field = (element, block, use, place) => {
  const action = ids(element, block);
  const state = use.kept?.(action.block_id, action.action_id);
  const attributes = { ...hooks(element, block), id: place.id, "aria-describedby": place.describedBy, "aria-label": place.label };
  let made = null;
  const changed = () => {
    if (!place.sends) return null;
    const value = made.read();
    return made.empty?.() ? null : press(made.node, element, use, { ...action, ...value });
  };
  made = FIELDS[element.type](keeping(element, state), { attributes, names: use.names, changed, dispatching: place.sends, labelledBy: place.labelledBy, label: place.label });
  use.fields?.push({ ...action, type: element.type, optional: place.optional, input: place.input ?? false, ...made });
  return made.node;
};

const fieldLabel = (element) => plain(element.placeholder) || element.action_id || "Choose";

/** An element that acts at once: in an actions block or as a section's accessory. Null where we do not know its type. */
export const acting = (element, block, use) => {
  if (element.type in ACTIONS) return ACTIONS[element.type](element, block, use);
  if (element.type in FIELDS) return field(element, block, use, { sends: true, optional: true, label: fieldLabel(element) });
  return null;
};
