// Where people write. Enter sends; "/" offers the commands, "@" names, "#" channels.

import { h, uid } from "./dom.js";
import { icon } from "./icons.js";
import { avatar } from "./avatar.js";
import { nameOf, store } from "./store.js";

const MOST = 8;

const starts = (text, wanted) => (text ?? "").toLowerCase().startsWith(wanted);

const commandOffers = (wanted) =>
  store.commands
    .filter((each) => starts(each.command, `/${wanted}`))
    .map((each) => ({ insert: `${each.command} `, title: each.command, hint: each.usage_hint, more: each.description }));

const userOffers = (wanted) =>
  Object.values(store.users)
    .filter((user) => starts(user.name, wanted) || nameOf(user).toLowerCase().split(/\s+/).some((word) => word.startsWith(wanted)))
    .sort((one, other) => Number(other.is_bot) - Number(one.is_bot))
    .map((user) => ({ insert: `@${user.name} `, title: nameOf(user), hint: `@${user.name}`, more: user.title, face: user }));

const groupOffers = (wanted) =>
  store.groups.filter((group) => starts(group.handle, wanted)).map((group) => ({ insert: `@${group.handle} `, title: `@${group.handle}`, hint: group.name }));

const channelOffers = (wanted) =>
  store.channels
    .filter((channel) => channel.kind !== "im" && starts(channel.name, wanted))
    .map((channel) => ({ insert: `#${channel.name} `, title: `#${channel.name}`, more: channel.topic }));

const TRIGGERS = [
  [/^\/([\w-]*)$/, commandOffers],
  [/(?:^|[\s(])@([\p{L}\p{N}._-]*)$/u, (wanted) => [...userOffers(wanted), ...groupOffers(wanted)]],
  [/(?:^|[\s(])#([\p{L}\p{N}_-]*)$/u, channelOffers],
];

/** What to offer for the text before the cursor: {offers, length of what they replace}, or null. */
const offersFor = (before) => {
  for (const [pattern, find] of TRIGGERS) {
    const found = pattern.exec(before);
    if (!found) continue;
    const offers = find(found[1].toLowerCase()).slice(0, MOST);
    const length = found[1].length + 1;
    // A name that is written out in full needs no offer, and Enter sends.
    const complete = offers.length === 1 && offers[0].insert.trim() === before.slice(-length);
    return offers.length && !complete ? { offers, length } : null;
  }
  return null;
};

const offerNode = (offer, id, choose) =>
  h("li", { id, role: "option", class: "offer", "aria-selected": "false", onmousedown: (event) => (event.preventDefault(), choose(offer)) },
    offer.face ? avatar(offer.face, "small") : null,
    h("strong", {}, offer.title), offer.hint ? h("span", { class: "offer-hint" }, offer.hint) : null,
    offer.more ? h("span", { class: "offer-more" }, offer.more) : null);

/** The list of offers above a composer's text. */
const offerList = (area) => {
  const id = uid("offers");
  const list = h("ul", { class: "offers", id, role: "listbox", "aria-label": "Suggestions", hidden: true });
  let found = null;
  let at = 0;
  const mark = () => {
    [...list.children].forEach((node, index) => node.setAttribute("aria-selected", String(index === at)));
    area.setAttribute("aria-activedescendant", `${id}-${at}`);
    list.children[at]?.scrollIntoView({ block: "nearest" });
  };
  const hide = () => {
    found = null;
    list.hidden = true;
    area.setAttribute("aria-expanded", "false");
    area.removeAttribute("aria-activedescendant");
  };
  const choose = (offer) => {
    area.setRangeText(offer.insert, area.selectionStart - found.length, area.selectionStart, "end");
    hide();
    area.dispatchEvent(new Event("input"));
  };
  const refresh = () => {
    found = area.selectionStart === area.selectionEnd ? offersFor(area.value.slice(0, area.selectionStart)) : null;
    if (!found) return hide();
    at = 0;
    list.replaceChildren(...found.offers.map((offer, index) => offerNode(offer, `${id}-${index}`, choose)));
    list.hidden = false;
    area.setAttribute("aria-expanded", "true");
    return mark();
  };
  const move = (by) => {
    at = (at + by + found.offers.length) % found.offers.length;
    mark();
  };
  const KEYS = { ArrowDown: () => move(1), ArrowUp: () => move(-1), Enter: () => choose(found.offers[at]), Tab: () => choose(found.offers[at]), Escape: hide };
  const onKey = (event) => {
    if (!found || !(event.key in KEYS) || event.shiftKey) return false;
    event.preventDefault();
    event.stopPropagation();
    KEYS[event.key]();
    return true;
  };
  Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-controls": id, "aria-expanded": "false" }).forEach(([name, value]) => area.setAttribute(name, value));
  return { list, refresh, hide, onKey };
};

const fit = (area) => {
  area.style.height = "auto";
  // What is not on the screen has no height to measure; one row it is.
  if (!area.scrollHeight || !area.value) return;
  area.style.height = `${Math.min(area.scrollHeight, 240)}px`;
};

/** A composer. `send(text)` resolves to false where the text should stay. Gives {node, fill(text), label(text), reset()}. */
export const composer = (testid, send) => {
  const area = h("textarea", { class: "composer-text", rows: "1", "data-testid": testid, spellcheck: "true" });
  const offers = offerList(area);
  const button = h("button", { type: "submit", class: "composer-send", "aria-label": "Send", title: "Send (Enter)", disabled: true }, icon("send"));
  const form = h("form", { class: "composer" }, offers.list,
    h("div", { class: "composer-row" }, area, button));
  const refresh = () => {
    fit(area);
    button.disabled = !area.value.trim();
    offers.refresh();
  };
  const set = (text) => {
    area.value = text;
    refresh();
    offers.hide();
  };
  const submit = async () => {
    const text = area.value.trim();
    if (!text) return;
    set("");
    if ((await send(text)) === false && !area.value) set(text);
  };
  area.addEventListener("input", refresh);
  area.addEventListener("blur", offers.hide);
  area.addEventListener("keydown", (event) => {
    if (event.isComposing || offers.onKey(event)) return;
    if (event.key !== "Enter" || event.shiftKey) return;
    event.preventDefault();
    submit();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    submit();
    area.focus();
  });
  return {
    node: form,
    label: (text) => (area.setAttribute("aria-label", text), area.setAttribute("placeholder", text)),
    fill(text) {
      set(text);
      area.focus();
      area.setSelectionRange(text.length, text.length);
    },
    reset: () => set(""),
    focus: () => area.focus(),
  };
};
