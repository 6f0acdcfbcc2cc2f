// A list of messages that is brought up to date in place, so that nothing under the pointer or the cursor jumps.

import { post } from "./api.js";
import { avatar } from "./avatar.js";
import { renderBlocks } from "./blocks.js";
import { ago, dayKey, dayLabel, fullTime, time } from "./dates.js";
import { h, hidden } from "./dom.js";
import { emoji } from "./emoji.js";
import { icon } from "./icons.js";
import { confirm } from "./modal.js";
import { mrkdwn } from "./mrkdwn.js";
import { authorOf, nameOf, names, pressedIn, statusOf, store, userOf } from "./store.js";
import { toast, trying } from "./toast.js";

const NEAR = 5 * 60;

const follows = (message, before) =>
  before && !message.ephemeral && !before.ephemeral && authorOf(message).id === authorOf(before).id &&
  dayKey(message.ts) === dayKey(before.ts) && Number(message.ts) - Number(before.ts) < NEAR && !before.reply_count;

const useOf = (message) => ({
  names: names(),
  pressed: pressedIn(store.channel, message.ts),
  kept: (block, action) => message.values?.[block]?.[action],
  confirm,
  fields: [],
  send: (action) =>
    trying(() => post("/ui/actions", {
      user: store.me,
      container: { type: "message", channel: store.channel, message_ts: message.ts, ephemeral: Boolean(message.ephemeral) },
      ...action,
    })),
});

const body = (message) =>
  h("div", { class: message.streaming ? "message-body streaming" : "message-body" },
    message.blocks?.length ? renderBlocks(message.blocks, useOf(message)) : mrkdwn(message.text, names()));

const permalink = (message) => {
  const reply = message.thread_ts && message.thread_ts !== message.ts ? `?thread_ts=${message.thread_ts}&cid=${store.channel}` : "";
  return `/archives/${store.channel}/p${message.ts.replace(".", "")}${reply}`;
};

const heading = (message, author) =>
  h("div", { class: "message-head" },
    h("span", { class: "message-name", title: author.title || null }, nameOf(author)),
    author.is_bot || message.bot_id ? h("span", { class: "badge" }, "App") : null,
    h("a", { class: "message-time", href: permalink(message), title: fullTime(message.ts) }, h("time", { datetime: new Date(message.ts * 1000).toISOString() }, time(message.ts))),
    message.edited ? h("span", { class: "edited" }, "edited") : null);

const notice = () => h("p", { class: "only-you" }, icon("eye", 14), "Only visible to you");

const reactions = (message) =>
  message.reactions?.length
    ? h("ul", { class: "reactions", "aria-label": "Reactions" }, message.reactions.map((each) =>
        h("li", { title: each.users?.map((id) => nameOf(userOf(id) ?? { name: id })).join(", ") }, emoji(each.name), " ", String(each.users?.length ?? 1))))
    : null;

const faces = (ids) => h("span", { class: "faces" }, ids.slice(0, 4).map((id) => avatar(userOf(id) ?? { id, name: id }, "small")));

const summary = (message, openThread) =>
  message.reply_count
    ? h("button", { type: "button", class: "thread-line", "data-testid": "thread-line", onclick: () => openThread(message.ts) },
        faces((message.reply_users ?? []).map((id) => (userOf(id) ? id : store.app.user_id))),
        h("strong", {}, `${message.reply_count} ${message.reply_count === 1 ? "reply" : "replies"}`),
        message.latest_reply ? h("span", { class: "thread-last" }, `Last reply ${ago(message.latest_reply)}`) : null)
    : null;

/** The line that says what the bot is doing, with three quiet dots. */
export const statusLine = (text) =>
  h("p", { class: "status", role: "status", "data-testid": "status" }, h("span", { class: "dots", "aria-hidden": "true" }, h("i"), h("i"), h("i")), text);

const runShortcut = async (shortcut, message) => {
  const sent = { user: store.me, channel: store.channel, message_ts: message.ts, callback_id: shortcut.callback_id };
  const done = await trying(() => post("/ui/shortcuts", sent));
  if (done?.failed) toast(done.failed);
};

const tool = (label, name, run, testid) =>
  h("button", { type: "button", class: "tool", "aria-label": label, title: label, "data-testid": testid, onclick: run }, icon(name, 16), h("span", {}, label));

const tools = (message, view) => {
  const shortcuts = message.ephemeral ? [] : store.shortcuts.map((each) =>
    tool(each.name, "sign", () => runShortcut(each, message), `shortcut-${each.callback_id}`));
  const reply = view.openThread && !message.ephemeral ? tool("Reply in thread", "reply", () => view.openThread(message.thread_ts ?? message.ts), "reply") : null;
  const dismiss = message.ephemeral ? tool("Dismiss", "close", () => view.dismiss(message), "dismiss") : null;
  const all = [...shortcuts, reply, dismiss].filter(Boolean);
  return all.length ? h("div", { class: "tools", role: "group", "aria-label": "Message actions" }, all) : null;
};

const QUIET = new Set(["channel_join", "channel_leave", "group_join", "group_leave", "tombstone"]);

const classes = (message, compact) =>
  ["message", QUIET.has(message.subtype) && "quiet-line", compact && "follow-on", message.ephemeral && "ephemeral", store.highlight === message.ts && "highlight"].filter(Boolean).join(" ");

const build = (message, compact, view) => {
  const author = authorOf(message);
  const status = view.statuses ? statusOf(message.ts) : "";
  return h("article", { class: classes(message, compact), "data-testid": "message", "data-ts": message.ts, "data-user": message.user ?? author.id, "aria-label": `${nameOf(author)}, ${time(message.ts)}` },
    h("div", { class: "gutter" }, compact ? h("span", { class: "gutter-time", "aria-hidden": "true" }, time(message.ts)) : avatar(author)),
    h("div", { class: "message-main" },
      message.ephemeral ? notice() : null,
      compact ? hidden(nameOf(author)) : heading(message, author),
      body(message),
      message.edited && compact ? h("span", { class: "edited" }, "(edited)") : null,
      reactions(message), view.summaries ? summary(message, view.openThread) : null, status ? statusLine(status) : null),
    tools(message, view));
};

const divider = (message) => h("div", { class: "day", role: "separator", "aria-label": dayLabel(message.ts) }, h("span", {}, dayLabel(message.ts)));

const signature = (message, compact, view) =>
  JSON.stringify([message, compact, store.me, store.highlight === message.ts, view.statuses && statusOf(message.ts), view.summaries && message.latest_reply && ago(message.latest_reply), Object.keys(store.users).length]);

/** Makes the children of `root` exactly `nodes`, moving as little as possible. */
const reconcile = (root, nodes) => {
  const wanted = new Set(nodes);
  for (const child of [...root.childNodes]) if (!wanted.has(child)) child.remove();
  nodes.forEach((node, index) => root.childNodes[index] !== node && root.insertBefore(node, root.childNodes[index] ?? null));
};

/** Draws lists of messages into `root`. `view`: {openThread, dismiss, summaries, statuses, days}. */
export const messageList = (root, view) => {
  const drawn = new Map();
  const nodeFor = (message, compact) => {
    const mine = signature(message, compact, view);
    const known = drawn.get(message.ts);
    if (known?.mine === mine) return known.node;
    const node = build(message, compact, view);
    drawn.set(message.ts, { mine, node });
    return node;
  };
  const dayFor = (message) => {
    const key = `day ${dayKey(message.ts)}`;
    if (!drawn.has(key)) drawn.set(key, { node: divider(message) });
    return drawn.get(key).node;
  };
  return (messages, { before = [], after = [] } = {}) => {
    const nodes = messages.flatMap((message, index) => {
      const last = messages[index - 1];
      const newDay = view.days && (!last || dayKey(last.ts) !== dayKey(message.ts));
      const node = nodeFor(message, Boolean(follows(message, last)));
      return newDay ? [dayFor(message), node] : [node];
    });
    reconcile(root, [...before, ...nodes, ...after]);
  };
};
