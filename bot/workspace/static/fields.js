// What people fill in: each maker returns {node, read, check}. `read` gives the value as Slack's state names it,
// `check` a sentence where the value cannot be sent, otherwise null.

import { choiceFields } from "./choices.js";
import { h } from "./dom.js";
import { plain } from "./text.js";

const EMPTY = "Please fill in this field.";
const count = (number) => number.toLocaleString("en-GB");

const lengthFault = (value, { min_length: least = 0, max_length: most = Infinity }) => {
  if (value && value.length < least) return `Please write at least ${count(least)} characters.`;
  return value.length > most ? `Please shorten this by ${count(value.length - most)} characters.` : null;
};

const counter = (control, most) => {
  const node = h("span", { class: "counter", "aria-live": "off" });
  const show = () => {
    node.textContent = `${count(control.value.length)} / ${count(most)}`;
    node.classList.toggle("over", control.value.length > most);
  };
  control.addEventListener("input", show);
  show();
  return node;
};

const grow = (area) => {
  const fit = () => {
    area.style.height = "auto";
    area.style.height = `${Math.min(area.scrollHeight + 2, 320)}px`;
  };
  area.addEventListener("input", fit);
  queueMicrotask(fit);
};

const dispatches = (element, trigger) =>
  (element.dispatch_action_config?.trigger_actions_on ?? ["on_enter_pressed"]).includes(trigger);

const textInput = (type) => (element, use) => {
  const attributes = { ...use.attributes, class: "field", placeholder: plain(element.placeholder), value: element.initial_value ?? "" };
  const control = element.multiline
    ? h("textarea", { ...attributes, rows: 4 })
    : h("input", { ...attributes, type, autocomplete: "off" });
  if (element.multiline) grow(control);
  control.addEventListener("input", () => dispatches(element, "on_character_entered") && use.changed());
  control.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || element.multiline || !use.dispatching || !dispatches(element, "on_enter_pressed")) return;
    event.preventDefault();
    use.changed();
  });
  const most = element.max_length;
  return {
    node: most ? h("div", { class: "counted" }, control, counter(control, most)) : control,
    read: () => ({ value: control.value === "" ? null : control.value }),
    check: (optional) => (!optional && !control.value.trim() ? EMPTY : lengthFault(control.value, element)),
  };
};

const checkedBy = (make, test, sentence) => (element, use) => {
  const field = make(element, use);
  const check = (optional) => field.check(optional) ?? (field.read().value && !test(field.read().value) ? sentence : null);
  return { ...field, check };
};

const numberFault = (control, element) => {
  const value = Number(control.value);
  if (control.validity.badInput) return "Please enter a number.";
  if (control.value === "") return null;
  if (!element.is_decimal_allowed && !Number.isInteger(value)) return "Please enter a whole number.";
  if (element.min_value !== undefined && value < Number(element.min_value)) return `Please enter ${element.min_value} or more.`;
  return element.max_value !== undefined && value > Number(element.max_value) ? `Please enter ${element.max_value} or less.` : null;
};

const numberInput = (element, use) => {
  const control = h("input", {
    ...use.attributes, class: "field field-short", type: "number", step: element.is_decimal_allowed ? "any" : "1",
    min: element.min_value, max: element.max_value, placeholder: plain(element.placeholder), value: element.initial_value ?? "",
  });
  control.addEventListener("change", use.changed);
  return {
    node: control,
    read: () => ({ value: control.value === "" ? null : control.value }),
    check: (optional) => numberFault(control, element) ?? (!optional && control.value === "" ? EMPTY : null),
  };
};

const picker = (type, initial, result) => (element, use) => {
  const control = h("input", { ...use.attributes, class: "field field-short", type, value: element[initial] ?? "" });
  control.addEventListener("change", use.changed);
  return {
    node: control,
    read: () => ({ [result]: control.value || null }),
    check: (optional) => (control.validity.badInput || (!optional && !control.value) ? EMPTY : null),
  };
};

const localMinute = (seconds) => {
  const date = new Date(seconds * 1000);
  return new Date(date.getTime() - date.getTimezoneOffset() * 60000).toISOString().slice(0, 16);
};

const dateTime = (element, use) => {
  const initial = element.initial_date_time ? localMinute(element.initial_date_time) : "";
  const field = picker("datetime-local", "initial", "local")({ initial }, use);
  const seconds = () => Math.round(new Date(field.read().local).getTime() / 1000);
  return { ...field, read: () => ({ selected_date_time: field.read().local ? seconds() : null }) };
};

const isAddress = (value) => /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value);

export const FIELDS = {
  plain_text_input: textInput("text"),
  email_text_input: checkedBy(textInput("email"), isAddress, "Please enter an e-mail address."),
  url_text_input: checkedBy(textInput("url"), URL.canParse ?? (() => true), "Please enter a full address, with https://."),
  number_input: numberInput,
  datepicker: picker("date", "initial_date", "selected_date"),
  timepicker: picker("time", "initial_time", "selected_time"),
  datetimepicker: dateTime,
  ...choiceFields,
};

const KEPT = {
  value: "initial_value", selected_option: "initial_option", selected_options: "initial_options", selected_date: "initial_date",
  selected_time: "initial_time", selected_date_time: "initial_date_time", selected_user: "initial_user", selected_users: "initial_users",
  selected_conversation: "initial_conversation", selected_conversations: "initial_conversations",
  selected_channel: "initial_channel", selected_channels: "initial_channels",
};

/** The element as it should open when its view is drawn again: what the person entered stays, as in Slack. */
export const keeping = (element, state) => {
  if (!state) return element;
  const kept = Object.entries(KEPT).filter(([name]) => name in state);
  return { ...element, ...Object.fromEntries(kept.map(([name, initial]) => [initial, state[name] ?? undefined])) };
};
