// Fields with options: selects, people, channels, radio buttons, checkboxes.

import { h, uid } from "./dom.js";
import { plain, textLine } from "./text.js";

const CHOOSE = "Please choose one.";

const groupsOf = (element) =>
  element.option_groups?.map((group) => ({ label: plain(group.label), options: group.options })) ?? [{ options: element.options ?? [] }];

const optionNode = (option, chosen) =>
  h("option", { value: option.value, selected: option.value === chosen }, plain(option.text));

const optionNodes = (groups, chosen) =>
  groups.flatMap((group) => {
    const nodes = group.options.map((option) => optionNode(option, chosen));
    return group.label ? [h("optgroup", { label: group.label }, nodes)] : nodes;
  });

/** One of several, as a native select. `entries` makes option groups; `result` builds the value from the chosen one. */
const singleSelect = (groups, chosen, placeholder, use, result) => {
  const control = h(
    "select",
    { ...use.attributes, class: "field" },
    h("option", { value: "", selected: !chosen }, placeholder || "Choose …"),
    optionNodes(groups, chosen),
  );
  control.addEventListener("change", use.changed);
  const all = groups.flatMap((group) => group.options);
  const picked = () => all.find((option) => option.value === control.value) ?? null;
  return {
    node: h("div", { class: "select" }, control),
    read: () => result(picked()),
    check: (optional) => (!optional && !picked() ? CHOOSE : null),
    empty: () => !picked(),
  };
};

const tick = (type, option, chosen, use, name) => {
  const id = uid("option");
  const described = option.description ? `${id}-more` : null;
  const input = h("input", { type, id, name, value: option.value, checked: chosen, "aria-describedby": described,
    "data-block-id": use.attributes["data-block-id"], "data-action-id": use.attributes["data-action-id"] });
  input.addEventListener("change", use.changed);
  const label = h("label", { for: id }, h("span", {}, textLine(option.text, use.names)));
  if (described) label.append(h("span", { class: "option-more", id: described }, textLine(option.description, use.names)));
  return { input, option, node: h("div", { class: "tick" }, input, label) };
};

const filterBox = (ticks) => {
  const box = h("input", { class: "field", type: "search", placeholder: "Filter", "aria-label": "Filter the options" });
  box.addEventListener("input", () => {
    const wanted = box.value.toLowerCase();
    for (const each of ticks) each.node.hidden = !plain(each.option.text).toLowerCase().includes(wanted);
  });
  return box;
};

const several = (type, options, chosen, use, boxed) => {
  const name = uid("group");
  const ticks = options.map((option) => tick(type, option, chosen.includes(option.value), use, name));
  const { "data-block-id": block, "data-action-id": action, id } = use.attributes;
  const list = h("div", { class: boxed ? "ticks ticks-boxed" : "ticks" }, ticks.map((each) => each.node));
  const node = h("div", { id, role: type === "radio" ? "radiogroup" : "group", "aria-labelledby": use.labelledBy, "aria-label": use.label,
    "data-block-id": block, "data-action-id": action }, boxed && options.length > 8 ? filterBox(ticks) : null, list);
  return { node, picked: () => ticks.filter((each) => each.input.checked).map((each) => each.option) };
};

const valueOf = (option) => option?.value;

const staticSelect = (element, use) =>
  singleSelect(groupsOf(element), valueOf(element.initial_option), plain(element.placeholder), use, (option) => ({ selected_option: option }));

const tooMany = (picked, element) =>
  element.max_selected_items && picked.length > element.max_selected_items ? `Please choose at most ${element.max_selected_items}.` : null;

const multi = (options, chosen, element, use, result, boxed = true) => {
  const field = several("checkbox", options, chosen, use, boxed);
  return {
    node: field.node,
    read: () => result(field.picked()),
    check: (optional) => (!optional && !field.picked().length ? "Please choose at least one." : tooMany(field.picked(), element)),
  };
};

const multiStatic = (boxed) => (element, use) =>
  multi(groupsOf(element).flatMap((group) => group.options), (element.initial_options ?? []).map(valueOf), element, use,
    (options) => ({ selected_options: options }), boxed);

const radio = (element, use) => {
  const field = several("radio", element.options ?? [], [valueOf(element.initial_option)], use, false);
  return {
    node: field.node,
    read: () => ({ selected_option: field.picked()[0] ?? null }),
    check: (optional) => (!optional && !field.picked().length ? CHOOSE : null),
  };
};

const people = (names) =>
  Object.values(names.users)
    .map((user) => ({ value: user.id, text: user.real_name || user.name }))
    .sort((one, other) => one.text.localeCompare(other.text));

const places = (names, kinds) =>
  names.channels
    .filter((channel) => kinds.includes(channel.kind))
    .map((channel) => ({ value: channel.id, text: channel.kind === "im" ? `Direct message: ${channel.name}` : `#${channel.name}` }));

const conversationKinds = (element) => element.filter?.include?.map((kind) => (kind === "mpim" ? "im" : kind)) ?? ["public", "private", "im"];

const one = (list, initial, result) => (element, use) =>
  singleSelect([{ options: list(use.names, element) }], initial(element, use), plain(element.placeholder), use, (option) => ({ [result]: option?.value ?? null }));

const many = (list, initial, result) => (element, use) =>
  multi(list(use.names, element), element[initial] ?? [], element, use, (options) => ({ [result]: options.map(valueOf) }));

const conversations = (names, element) => places(names, conversationKinds(element));
const startOf = (element, use) => element.initial_conversation ?? (element.default_to_current_conversation ? use.names.channel : undefined);

export const choiceFields = {
  static_select: staticSelect,
  multi_static_select: multiStatic(true),
  checkboxes: multiStatic(false),
  radio_buttons: radio,
  users_select: one(people, (element) => element.initial_user, "selected_user"),
  multi_users_select: many(people, "initial_users", "selected_users"),
  conversations_select: one(conversations, startOf, "selected_conversation"),
  multi_conversations_select: many(conversations, "initial_conversations", "selected_conversations"),
  channels_select: one((names) => places(names, ["public"]), (element) => element.initial_channel, "selected_channel"),
  multi_channels_select: many((names) => places(names, ["public"]), "initial_channels", "selected_channels"),
};
