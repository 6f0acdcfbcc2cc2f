// The conversation in the middle, its thread on the right, and Home in the bot's direct message.

import { composer } from "./composer.js";
import { renderBlocks } from "./blocks.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";
import { messageList, statusLine } from "./messages.js";
import { useOf, valuesOf } from "./modal.js";
import { bot, current, inDirect, nameOf, statusOf, store, userOf } from "./store.js";

const byId = (id) => document.getElementById(id);
const CLOSE_ENOUGH = 120;

const atBottom = (scroll) => scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < CLOSE_ENOUGH;
const toBottom = (scroll) => (scroll.scrollTop = scroll.scrollHeight);

const title = (channel) =>
  channel.kind === "im"
    ? h("h1", {}, nameOf(bot()))
    : h("h1", {}, icon(channel.kind === "private" ? "lock" : "hash", 18), channel.name);

const tab = (name, label, go) =>
  h("button", { type: "button", class: "tab", role: "tab", id: `tab-${name}`, "data-testid": `tab-${name}`, "aria-selected": String(store.tab === name),
    "aria-controls": name === "home" ? "home" : "scroll", tabindex: store.tab === name ? "0" : "-1", onclick: () => go(name) }, label);

const tabs = (go) => {
  const node = h("div", { class: "tabs", role: "tablist", "aria-label": nameOf(bot()) }, tab("messages", "Messages", go), tab("home", "Home", go));
  node.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
    go(store.tab === "home" ? "messages" : "home");
    byId(`tab-${store.tab}`)?.focus();
  });
  return node;
};

const drawHead = (channel, go) =>
  byId("main-head").replaceChildren(title(channel), channel.kind === "im" ? tabs(go) : h("p", { class: "topic", title: channel.topic }, channel.topic ?? ""));

// Shown until the app has suggested its own.
const STARTERS = [
  { title: "Find the right tool", message: "Which tool should I use to turn a webinar recording into a blog post?" },
  { title: "See whether two tools work together", message: "Does HubSpot work with Mailchimp?" },
  { title: "Ask what is allowed", message: "May I put customer data into ChatGPT?" },
];

const prompts = () => (store.suggested_prompts.length ? store.suggested_prompts : STARTERS);

const addressed = (message) => (inDirect() || message.includes(`@${bot().name}`) ? message : `@${bot().name} ${message}`);

const examples = (fill) =>
  h("div", { class: "examples" },
    h("p", { class: "examples-title" }, `${nameOf(bot())} answers one question: which tool or skill should I use? `, inDirect() ? "Ask, for example:" : [`Mention `, h("strong", {}, `@${bot().name}`), ` to ask, for example:`]),
    prompts().slice(0, 3).map((prompt) =>
      h("button", { type: "button", class: "example", "data-testid": "example", onclick: () => fill(addressed(prompt.message)) },
        h("strong", {}, prompt.title), prompt.title === prompt.message ? null : h("span", {}, prompt.message))));

const ended = (text) => (text && !/[.!?…]$/.test(text) ? `${text}.` : text);

const purpose = (channel) =>
  channel.kind === "im"
    ? `Only you and ${nameOf(bot())} see what is written here.`
    : `This is the start of ${channel.kind === "private" ? "the private channel " : ""}#${channel.name}. ${ended(channel.topic ?? "")}`;

const intro = (channel, fill) =>
  h("div", { class: "intro" },
    h("h2", {}, channel.kind === "im" ? `Your direct message with ${nameOf(bot())}` : ["Welcome to ", icon(channel.kind === "private" ? "lock" : "hash", 22), channel.name]),
    h("p", {}, purpose(channel)),
    !store.loading && !store.messages.length && mayWrite(channel) ? examples(fill) : null);

const offline = () => (store.app.connected ? null : h("p", { class: "offline" }, icon("warning", 16), `${store.app.name ?? "The app"} is not connected, so nobody answers yet.`));

const mayWrite = (channel) => channel.kind === "im" || channel.is_member !== false;

const readOnly = (channel) =>
  mayWrite(channel) ? null : h("p", { class: "read-only", "data-testid": "read-only" }, `${nameOf(userOf(store.me))} is not a member of #${channel.name} and can only read along.`);

const emptyHome = () => h("div", { class: "empty" }, icon("home", 28), h("p", {}, "Nothing here yet"));

const homePane = () => {
  let use = null;
  return () => {
    const { home } = store;
    const before = use && use.view.id === home?.id ? valuesOf(use.fields) : null;
    use = home ? Object.assign(useOf(home, before), { view: home }) : null;
    byId("home").replaceChildren(home ? h("div", { class: "home-view" }, renderBlocks(home.blocks, use)) : store.home === undefined ? "" : emptyHome());
  };
};

/** Wires the panes once. `acts`: {send(text, thread), openThread, closeThread, tab(name), dismiss(message)}. Gives their draw functions. */
export const makePanes = (acts) => {
  const main = composer("composer", (text) => acts.send(text, null));
  const side = composer("thread-composer", (text) => acts.send(text, store.thread));
  const warning = h("div", { class: "dock-note" });
  byId("dock").append(warning, main.node);
  byId("thread-dock").append(side.node);
  const drawMessages = messageList(byId("messages"), { openThread: acts.openThread, dismiss: acts.dismiss, summaries: true, statuses: true, days: true });
  const drawReplies = messageList(byId("replies"), { dismiss: acts.dismiss });

  const channel = ({ jump = false } = {}) => {
    const here = current();
    if (!here) return;
    const scroll = byId("scroll");
    const stick = jump || atBottom(scroll);
    const homeShown = here.kind === "im" && store.tab === "home";
    drawHead(here, acts.tab);
    byId("home").hidden = !homeShown;
    scroll.hidden = homeShown;
    byId("dock").hidden = homeShown;
    warning.replaceChildren(readOnly(here) ?? offline() ?? "");
    main.node.hidden = side.node.hidden = !mayWrite(here);
    main.label(here.kind === "im" ? `Message ${nameOf(bot())}` : `Message #${here.name}`);
    drawMessages(store.messages, { before: [intro(here, main.fill)] });
    if (stick && !store.highlight) toBottom(scroll);
  };

  const thread = ({ jump = false } = {}) => {
    const open = Boolean(store.thread);
    byId("thread").hidden = !open;
    byId("app").classList.toggle("has-thread", open);
    if (!open) return;
    const scroll = byId("thread-scroll");
    const stick = jump || atBottom(scroll);
    const where = inDirect() ? nameOf(bot()) : `#${current()?.name ?? ""}`;
    byId("thread-head").replaceChildren(h("h2", {}, "Thread"), h("p", { class: "topic" }, where),
      h("button", { type: "button", class: "quiet", "aria-label": "Close thread", "data-testid": "thread-close", onclick: acts.closeThread }, icon("close")));
    side.label("Reply …");
    const status = statusOf(store.thread);
    drawReplies(store.replies, { after: status ? [statusLine(status)] : [] });
    if (stick && !store.highlight) toBottom(scroll);
  };

  return { channel, thread, home: homePane(), main, side };
};
