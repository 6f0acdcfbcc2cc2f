// The page: which seat, which channel, which thread; and what happens when the workspace tells something.

import { follow, get, post } from "./api.js";
import { drawSidebar, drawTop, wireTop } from "./frame.js";
import { loadCounts, loadMessages, loadReplies, loadState } from "./loading.js";
import { closeAll, closedView, modalOpen, openView, updateView } from "./modal.js";
import { makePanes } from "./panes.js";
import { readArchive, readHash, remember, remembered, writeHash } from "./route.js";
import { channelOf, current, drop, inDirect, nameOf, setStatus, store, take, userOf } from "./store.js";
import { toast, trying } from "./toast.js";

const FIRST_SEAT = "U0MAYA";
const RECENT = 120;
const byId = (id) => document.getElementById(id);
const wide = matchMedia("(min-width: 1081px)");

let unfollow = () => {};
const unfolded = new Set();

const drawer = (open) => {
  byId("app").classList.toggle("drawer-open", open);
  byId("menu").setAttribute("aria-expanded", String(open));
  if (open) byId("sidebar").querySelector("a")?.focus();
};

const drawTitle = () => {
  const here = current();
  const unread = store.channels.reduce((sum, channel) => sum + (channel.unread ?? 0), 0);
  const place = here ? (here.kind === "im" ? store.app.name : `#${here.name}`) : "Workspace";
  document.title = `${unread ? `(${unread}) ` : ""}${place} · ${store.team.name}`;
};

const drawFrame = () => {
  drawTop();
  drawSidebar((channel) => openChannel(channel, { push: true, focus: true }));
  drawTitle();
};

const drawAll = (options) => {
  drawFrame();
  panes.channel(options);
  panes.thread(options);
};

const here = () => ({ user: store.me, channel: store.channel, thread: store.thread, tab: inDirect() && store.tab === "home" ? "home" : null });

let refreshing = null;

/** Counts of other channels come from the workspace; many messages at once ask only once. */
const refreshSoon = () => {
  refreshing ??= setTimeout(async () => {
    refreshing = null;
    if (await loadCounts()) drawFrame();
  }, 150);
};

let reading = null;

/** Messages that come while their channel is open are read as well. */
const readSoon = () => {
  reading ??= setTimeout(async () => {
    reading = null;
    await loadMessages();
    panes.channel();
  }, 400);
};

const openTab = async () => {
  if (!inDirect()) return;
  const { me: user, tab } = store;
  await trying(() => post("/ui/home", { user, tab }));
  if (tab !== "home") return;
  const answer = await trying(() => get("/ui/home", { user }));
  if (!answer || user !== store.me) return;
  store.home = answer.view ?? store.home ?? null; // an event may have brought it while nothing was on its way here
  panes.home();
};

const openChannel = async (id, { thread = null, tab = "messages", push = false, focus = false } = {}) => {
  const channel = channelOf(id);
  if (!channel) return;
  Object.assign(store, { channel: id, thread, tab: channel.kind === "im" ? tab : "messages", messages: [], replies: [], highlight: null, loading: true });
  channel.unread = 0;
  panes.main.reset();
  panes.side.reset();
  writeHash(here(), push);
  drawer(false);
  drawAll({ jump: true });
  await Promise.all([loadMessages(), loadReplies(), openTab()]);
  if (store.channel !== id) return;
  drawAll({ jump: true });
  if (focus && wide.matches && !modalOpen()) panes.main.focus();
};

const openThread = async (ts, { push = true, focus = true } = {}) => {
  const parent = store.messages.find((message) => message.ts === ts);
  Object.assign(store, { thread: ts, replies: parent ? [parent] : [], highlight: null });
  writeHash(here(), push);
  panes.side.reset();
  panes.thread({ jump: true });
  await loadReplies();
  if (store.thread !== ts) return;
  panes.thread({ jump: true });
  if (focus) panes.side.focus();
};

const closeThread = () => {
  const ts = store.thread;
  Object.assign(store, { thread: null, replies: [] });
  writeHash(here(), true);
  panes.thread();
  byId("messages").querySelector(`[data-ts="${CSS.escape(ts ?? "")}"] .thread-line`)?.focus();
};

const openTabNamed = async (tab) => {
  if (store.tab === tab) return;
  Object.assign(store, { tab, thread: null });
  writeHash(here(), true);
  drawAll({ jump: true });
  panes.home();
  byId(`tab-${tab}`)?.focus();
  await openTab();
};

const say = async (text, thread) => {
  const asked = { user: store.me, channel: store.channel, text };
  const command = /^\/[a-z]/i.test(text);
  const sent = await trying(() => (command ? post("/ui/commands", asked) : post("/ui/messages", thread ? { ...asked, thread_ts: thread } : asked)));
  if (sent === undefined) return false;
  if (sent?.failed) toast(sent.failed);
  return true;
};

const dismiss = (message) => {
  drop(store.channel, message.ts);
  drawAll();
};

const startChannel = (wanted) =>
  channelOf(wanted) ?? store.channels.find((channel) => channel.kind !== "im" && channel.is_member) ?? store.channels[0];

const sameSpot = (route, former) => {
  if (route.channel) return route;
  // The direct message with the bot is another one for each person.
  return former?.kind === "im" ? { ...route, channel: store.channels.find((channel) => channel.kind === "im")?.id } : { ...route, channel: former?.id };
};

/** Takes a person's seat, staying in the same place where that person may be there. */
const sit = async (user, route = {}) => {
  const former = current();
  const kept = { tab: route.tab ?? (route.channel ? null : store.tab), thread: route.thread ?? (route.channel ? null : store.thread) };
  await closeAll();
  unfollow();
  Object.assign(store, { home: undefined, statuses: new Map() });
  const seated = await trying(() => loadState(user).then(() => true));
  if (!seated) return false;
  remember(user);
  unfollow = follow(user, receive, reload);
  const spot = sameSpot(route, former);
  const channel = startChannel(spot.channel);
  const stays = channel && channel.id === spot.channel;
  await openChannel(channel?.id, { thread: stays && channel.kind !== "im" ? kept.thread : route.thread, tab: kept.tab ?? "messages", push: Boolean(former) });
  return true;
};

const reload = async () => {
  await trying(() => loadState(store.me));
  await Promise.all([loadMessages(), loadReplies(), openTab()]);
  drawAll();
};

const justAsked = (thread) =>
  Date.now() / 1000 - Number(thread) < RECENT && store.messages.some((message) => message.ts === thread && message.user === store.me);

/** On a wide screen the answer to what was just asked opens by itself, once, without taking the cursor. */
const unfold = (channel, thread) => {
  if (channel !== store.channel || store.thread || modalOpen() || !wide.matches) return;
  if (unfolded.has(thread) || !justAsked(thread)) return;
  unfolded.add(thread);
  openThread(thread, { push: false, focus: false });
};

const receiveMessage = ({ channel, message }, isNew) => {
  const mine = message.user === store.me;
  if (!mine && message.thread_ts) setStatus(channel, message.thread_ts, "");
  take(channel, message, isNew);
  if (channel !== store.channel) return refreshSoon();
  if (isNew && !mine && !message.thread_ts && !message.ephemeral) readSoon();
  panes.channel({ jump: mine && isNew && !message.thread_ts });
  panes.thread({ jump: mine && isNew });
  return isNew && !mine && message.thread_ts && unfold(channel, message.thread_ts);
};

const receiveStatus = ({ channel, thread_ts: thread, text }) => {
  setStatus(channel, thread, text);
  panes.channel();
  panes.thread();
  if (text) unfold(channel, thread);
};

const RECEIVERS = {
  message: (event) => receiveMessage(event, true),
  message_changed: (event) => receiveMessage(event, false),
  ephemeral: (event) => receiveMessage({ ...event, message: { ...event.message, ephemeral: true } }, true),
  message_deleted: ({ channel, ts }) => (drop(channel, ts), drawAll()),
  view_opened: ({ view }) => openView(view),
  view_updated: ({ view }) => updateView(view),
  view_closed: ({ view_id: id, view }) => closedView(id ?? view.id),
  home: ({ view }) => ((store.home = view), panes.home()),
  status: receiveStatus,
  suggested_prompts: ({ prompts }) => ((store.suggested_prompts = prompts ?? []), panes.channel()),
  app: ({ connected }) => ((store.app = { ...store.app, connected }), drawAll()),
  dispatch_failed: ({ text }) => toast(text),
};

const receive = (event) => RECEIVERS[event.type]?.(event);

const spotlight = (ts) => {
  store.highlight = ts;
  drawAll();
  const inThread = byId("replies").querySelector(`[data-ts="${CSS.escape(ts)}"]`);
  const node = inThread ?? byId("messages").querySelector(`[data-ts="${CSS.escape(ts)}"]`);
  node?.scrollIntoView({ block: "center" });
};

/** The thread that holds `ts`: its own where it has replies, the one it is a reply in otherwise. */
const threadHolding = async (channel, ts) => {
  const own = store.messages.find((message) => message.ts === ts);
  if (own) return own.reply_count ? ts : null;
  for (const parent of store.messages.filter((message) => message.reply_count)) {
    const answer = await trying(() => get("/ui/replies", { user: store.me, channel, thread_ts: parent.ts }));
    if (answer?.messages.some((message) => message.ts === ts)) return parent.ts;
  }
  return null;
};

const openArchive = async ({ channel, ts, thread }) => {
  if (!channelOf(channel)) return toast(`${nameOf(userOf(store.me) ?? { name: store.me })} cannot see that channel. Switch to somebody who can, at the top right.`);
  if (store.channel !== channel || store.tab === "home") await openChannel(channel, { push: true });
  const holding = ts ? (thread ?? (await threadHolding(channel, ts))) : null;
  if (holding) await openThread(holding, { focus: false });
  return ts ? spotlight(ts) : null;
};

const applyRoute = () => {
  const route = readHash();
  if (route.user && route.user !== store.me) return sit(route.user, route);
  if (route.channel && route.channel !== store.channel) return openChannel(route.channel, { thread: route.thread, tab: route.tab ?? "messages" });
  if ((route.tab ?? "messages") !== store.tab && inDirect()) return openTabNamed(route.tab ?? "messages");
  if (route.thread && route.thread !== store.thread) return openThread(route.thread, { push: false });
  return !route.thread && store.thread ? closeThread() : null;
};

const panes = makePanes({ send: say, openThread, closeThread, tab: openTabNamed, dismiss });

document.addEventListener("click", (event) => {
  const anchor = event.target.closest?.("a[href]");
  if (!anchor || anchor.origin !== location.origin || event.metaKey || event.ctrlKey || event.shiftKey) return;
  const archive = readArchive(anchor);
  if (!archive) return;
  event.preventDefault();
  openArchive(archive);
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || modalOpen() || event.defaultPrevented) return;
  if (byId("app").classList.contains("drawer-open")) drawer(false);
  else if (store.thread && byId("thread").contains(event.target)) closeThread();
});

window.addEventListener("popstate", applyRoute);

const start = async () => {
  const archive = readArchive();
  const route = readHash();
  wireTop((user) => user !== store.me && sit(user), () => drawer(!byId("app").classList.contains("drawer-open")));
  byId("veil").addEventListener("click", () => drawer(false));
  const wanted = route.user ?? remembered() ?? FIRST_SEAT;
  const seated = await sit(wanted, archive ? { channel: archive.channel } : route);
  if (!seated && wanted !== FIRST_SEAT) await sit(FIRST_SEAT, route);
  if (archive && store.me) await openArchive(archive);
};

start();
