// Modals: a stack of views in one dialog, of which the topmost is seen; and the small "are you sure" dialog.

import { post } from "./api.js";
import { renderBlocks } from "./blocks.js";
import { h, holdFocus, uid } from "./dom.js";
import { icon } from "./icons.js";
import { names, store } from "./store.js";
import { plain, textBlock } from "./text.js";
import { trying } from "./toast.js";

let stack = [];
let opener = null;

const dialog = h("dialog", { class: "modal", "data-testid": "modal" });
const top = () => stack[stack.length - 1];

/** The entered values of some fields as Slack's `state.values`: block id → action id → value. */
export const valuesOf = (fields) => {
  const values = {};
  for (const field of fields) (values[field.block_id] ??= {})[field.action_id] = { type: field.type, ...field.read() };
  return values;
};

/** A `use` (see elements.js) for the blocks of a view; `before` are values entered in its former version. */
export const useOf = (view, before) => ({
  names: names(),
  fields: [],
  pressed: new Map(),
  confirm: (wanted) => confirm(wanted),
  kept: (block, action) => before?.[block]?.[action],
  send(action) {
    const container = { type: "view", view_id: view.id };
    return trying(() => post("/ui/actions", { user: store.me, container, ...action, values: valuesOf(this.fields) }));
  },
});

const showError = (entry, blockId, text) => {
  const block = [...entry.node.querySelectorAll("[data-input-block]")].find((each) => each.dataset.inputBlock === blockId);
  if (!block) return failed(entry, text);
  const line = block.querySelector(".input-error");
  Object.assign(line, { hidden: false, textContent: text });
  block.classList.add("has-error");
  block.querySelector("input, select, textarea")?.setAttribute("aria-invalid", "true");
  return block;
};

const failed = (entry, text) => {
  const line = entry.node.querySelector(".modal-failed");
  Object.assign(line, { hidden: false, textContent: text });
  return line;
};

const clearErrors = (entry) => {
  for (const line of entry.node.querySelectorAll(".input-error, .modal-failed")) Object.assign(line, { hidden: true, textContent: "" });
  for (const block of entry.node.querySelectorAll(".has-error")) block.classList.remove("has-error");
  for (const control of entry.node.querySelectorAll("[aria-invalid]")) control.removeAttribute("aria-invalid");
};

const showErrors = (entry, errors) => {
  const places = Object.entries(errors).map(([block, text]) => showError(entry, block, text));
  places[0]?.querySelector?.("input, select, textarea")?.focus();
  places[0]?.scrollIntoView({ block: "nearest" });
};

const faults = (fields) =>
  Object.fromEntries(fields.filter((field) => field.input).map((field) => [field.block_id, field.check(field.optional)]).filter(([, fault]) => fault));

const busy = (entry, on) => {
  const button = entry.node.querySelector('[data-testid="modal-submit"]');
  if (button) button.disabled = on;
  entry.node.setAttribute("aria-busy", String(on));
};

const submit = async (entry) => {
  clearErrors(entry);
  const found = faults(entry.use.fields);
  if (Object.keys(found).length) return showErrors(entry, found);
  busy(entry, true);
  const body = { user: store.me, view_id: entry.view.id, values: valuesOf(entry.use.fields) };
  const answer = await post("/ui/views/submit", body).catch((error) => ({ failed: error.message }));
  busy(entry, false);
  if (answer.errors) return showErrors(entry, answer.errors);
  return answer.failed ? failed(entry, answer.failed) : null;
};

const close = (entry) => {
  remove(entry.view.id);
  return trying(() => post("/ui/views/close", { user: store.me, view_id: entry.view.id }));
};

const head = (entry, titleId) =>
  h("header", { class: "modal-head" },
    entry.pushed ? h("button", { type: "button", class: "quiet", "aria-label": "Back", onclick: () => close(entry) }, icon("back")) : null,
    h("h2", { id: titleId }, plain(entry.view.title)),
    h("button", { type: "button", class: "quiet modal-close", "aria-label": "Close", "data-testid": "modal-close", onclick: () => close(entry) }, icon("close")));

const foot = (entry) => {
  const hasInput = (entry.view.blocks ?? []).some((block) => block.type === "input");
  const submitText = entry.view.submit ? plain(entry.view.submit) : hasInput ? "Submit" : null;
  return h("footer", { class: "modal-foot" },
    h("button", { type: "button", class: "button", onclick: () => close(entry) }, entry.view.close ? plain(entry.view.close) : submitText ? "Cancel" : "Close"),
    submitText ? h("button", { type: "submit", class: "button button-primary", "data-testid": "modal-submit" }, submitText) : null);
};

const draw = (entry) => {
  const titleId = uid("modal-title");
  const form = h("form", { class: "modal-form", novalidate: true, "aria-labelledby": titleId },
    head(entry, titleId),
    h("div", { class: "modal-body" }, renderBlocks(entry.view.blocks, entry.use), h("p", { class: "modal-failed", role: "alert", hidden: true })),
    foot(entry));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (form.getAttribute("aria-busy") !== "true") submit(entry);
  });
  return form;
};

const made = (view, pushed, before) => {
  const entry = { view, pushed, use: useOf(view, before) };
  entry.node = draw(entry);
  return entry;
};

const firstField = (entry) => entry.node.querySelector(".modal-body input, .modal-body textarea, .modal-body select");

const show = (entry, focus = true) => {
  dialog.replaceChildren(entry.node);
  dialog.setAttribute("aria-labelledby", entry.node.getAttribute("aria-labelledby"));
  if (!dialog.isConnected) document.body.append(dialog);
  if (!dialog.open) dialog.showModal();
  if (focus) (firstField(entry) ?? entry.node.querySelector(".modal-close")).focus();
};

/** A view was opened or pushed: it lies on top. */
export const openView = (view) => {
  if (stack.some((entry) => entry.view.id === view.id)) return updateView(view);
  if (!stack.length) opener = document.activeElement;
  stack.push(made(view, stack.length > 0, null));
  return show(top());
};

/** A view of the stack has new content; what was entered in fields that stay is kept. */
export const updateView = (view) => {
  const at = stack.findIndex((entry) => entry.view.id === view.id);
  if (at < 0) return;
  const focused = document.activeElement?.dataset?.actionId;
  stack[at] = made(view, at > 0, valuesOf(stack[at].use.fields));
  if (stack[at] !== top()) return;
  show(top(), !focused);
  if (focused) top().node.querySelector(`[data-action-id="${CSS.escape(focused)}"]`)?.focus();
};

const remove = (id) => {
  stack = stack.filter((entry) => entry.view.id !== id);
  if (stack.length) return show(top());
  if (dialog.open) dialog.close();
  dialog.replaceChildren();
  opener?.isConnected && opener.focus();
  opener = null;
  return null;
};

/** A view was closed from the other side. */
export const closedView = (id) => stack.some((entry) => entry.view.id === id) && remove(id);

/** Closes every modal, telling the workspace: another person takes the seat. */
export const closeAll = async () => {
  while (stack.length) await close(top());
};

export const modalOpen = () => stack.length > 0;

dialog.addEventListener("cancel", (event) => {
  event.preventDefault();
  if (event.target === dialog && top()) close(top());
});
// A browser may close a dialog on a second Escape without asking again.
dialog.addEventListener("close", () => top() && close(top()));
dialog.addEventListener("keydown", (event) => holdFocus(dialog, event));

/** Asks with a confirm object of Block Kit; resolves to true where the person agrees. */
export const confirm = (wanted) =>
  new Promise((resolve) => {
    const titleId = uid("confirm-title");
    const box = h("dialog", { class: "modal confirm", "data-testid": "confirm", "aria-labelledby": titleId });
    const button = (text, style, answer) =>
      h("button", { type: "button", class: `button ${style}`, "data-testid": answer ? "confirm-yes" : "confirm-no", onclick: () => box.close(answer ? "yes" : "") }, text);
    box.append(
      h("header", { class: "modal-head" }, h("h2", { id: titleId }, plain(wanted.title) || "Are you sure?")),
      h("div", { class: "modal-body" }, textBlock(wanted.text ?? "", names())),
      h("footer", { class: "modal-foot" }, button(plain(wanted.deny) || "Cancel", "", false),
        button(plain(wanted.confirm) || "Yes", wanted.style === "danger" ? "button-danger-solid" : "button-primary", true)));
    box.addEventListener("close", () => {
      box.remove();
      resolve(box.returnValue === "yes");
    });
    box.addEventListener("keydown", (event) => holdFocus(box, event));
    document.body.append(box);
    box.showModal();
  });
