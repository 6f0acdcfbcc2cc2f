// What stands around the conversation: the top bar with the seats, and the list of channels.

import { avatar } from "./avatar.js";
import { h, hidden } from "./dom.js";
import { icon, mark } from "./icons.js";
import { menu } from "./menu.js";
import { bot, nameOf, store, userOf } from "./store.js";

const byId = (id) => document.getElementById(id);
const firstName = (user) => nameOf(user).split(" ")[0];

/** The part a person plays here ("asker"), from a label such as "Asker · Maya, Lifecycle Marketer"; else the job title. */
const roleOf = (id) => {
  const label = store.personas.find((each) => each.id === id)?.label;
  return label ? label.split("·")[0].trim() : (userOf(id)?.title ?? "");
};

const jobOf = (id) => [...new Set([roleOf(id), userOf(id)?.title])].filter(Boolean).join(" · ");

const seat = (id, sit) => {
  const user = userOf(id);
  const content = [avatar(user, "medium"), h("span", { class: "seat" }, h("strong", {}, nameOf(user)), h("span", { class: "seat-role" }, jobOf(id)))];
  return { content, checked: id === store.me, testid: `persona-${id}`, choose: () => sit(id) };
};

const seats = (sit) => {
  const main = store.personas.map((each) => each.id).filter(userOf);
  const others = Object.values(store.users).filter((user) => !user.is_bot && !main.includes(user.id)).map((user) => user.id);
  const more = others.length ? [{ heading: "More people" }, ...others.map((id) => seat(id, sit))] : [];
  return [{ heading: "Try Signpost as" }, ...main.map((id) => seat(id, sit)), ...more];
};

/** Wires the top bar once: `sit(user)` takes a seat, `drawer()` opens the channels on a phone. */
export const wireTop = (sit, drawer) => {
  menu(byId("persona"), () => seats(sit));
  byId("menu").append(icon("menu", 20));
  byId("menu").addEventListener("click", drawer);
};

export const drawTop = () => {
  const me = userOf(store.me) ?? { name: store.me };
  byId("brand").replaceChildren(h("span", { class: "brand-mark" }, mark(20)), h("span", { class: "brand-name" }, store.team.name), h("span", { class: "brand-note" }, "Local workspace"));
  byId("persona").replaceChildren(
    avatar(me, "medium"),
    h("span", { class: "persona-text" }, h("span", { class: "persona-lead" }, "You are "), h("strong", {}, firstName(me)), h("span", { class: "persona-role" }, roleOf(store.me) ? `, ${roleOf(store.me).toLowerCase()}` : "")),
    icon("down", 16));
};

const ICONS = { public: "hash", private: "lock" };

const badge = (channel) =>
  channel.unread ? h("span", { class: "unread" }, String(Math.min(channel.unread, 99)), hidden(channel.unread === 1 ? " unread message" : " unread messages")) : null;

const entry = (channel, open, face, name) =>
  h("a", { class: `entry${channel.unread ? " has-unread" : ""}`, href: `#user=${store.me}&channel=${channel.id}`, "data-testid": `channel-${channel.id}`,
    "aria-current": channel.id === store.channel ? "page" : null,
    onclick: (event) => {
      if (event.metaKey || event.ctrlKey || event.shiftKey) return;
      event.preventDefault();
      open(channel.id);
    } }, face, h("span", { class: "entry-name" }, name), badge(channel));

const dot = () => h("span", { class: store.app.connected ? "dot dot-on" : "dot", title: store.app.connected ? "Connected" : "Not connected" });

const direct = (channel, open) => {
  const node = entry(channel, open, avatar(bot(), "small"), nameOf(bot()));
  node.append(dot());
  return node;
};

const part = (title, entries) => (entries.length ? h("section", { class: "sidebar-part" }, h("h2", {}, title), entries) : null);

const connection = () =>
  h("p", { class: "connection", role: "status", "data-testid": "connection" }, dot(), store.app.connected ? `${store.app.name ?? "The app"} is connected` : `${store.app.name ?? "The app"} is not connected`);

/** The list of channels; `open(channel)` goes there. */
export const drawSidebar = (open) => {
  const places = store.channels.filter((channel) => channel.kind !== "im");
  const directs = store.channels.filter((channel) => channel.kind === "im");
  const focused = document.activeElement?.closest?.(".sidebar")?.contains(document.activeElement) && document.activeElement.dataset.testid;
  const drawn = h("div", {},
    part("Channels", places.map((channel) => entry(channel, open, h("span", { class: "entry-icon" }, icon(ICONS[channel.kind] ?? "hash", 16)), [channel.name, channel.kind === "private" ? hidden(" (private)") : null]))),
    part("Direct message", directs.map((channel) => direct(channel, open))),
    connection());
  // Where nothing is new the links stay: one that is replaced between press and release loses the click.
  if (drawn.innerHTML === byId("sidebar").innerHTML) return;
  byId("sidebar").replaceChildren(...drawn.childNodes);
  if (focused) byId("sidebar").querySelector(`[data-testid="${CSS.escape(focused)}"]`)?.focus();
};
