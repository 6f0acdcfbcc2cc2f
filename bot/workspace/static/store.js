// What this page knows right now. One object; changed by app.js and by events, read by everything that draws.

export const store = {
  me: null, team: { name: "" }, app: {}, users: {}, groups: [], channels: [], commands: [], shortcuts: [], personas: [],
  suggested_prompts: [], channel: null, thread: null, tab: "messages", home: undefined,
  messages: [], replies: [], statuses: new Map(), pressed: new Map(), highlight: null, loading: false,
};

export const channelOf = (id) => store.channels.find((channel) => channel.id === id);
export const current = () => channelOf(store.channel);
export const inDirect = () => current()?.kind === "im";
export const userOf = (id) => store.users[id];
export const bot = () => store.users[store.app.user_id] ?? { id: store.app.user_id, name: "signpost", real_name: store.app.name };

/** Who wrote a message. The bot's messages may carry only its bot id. */
export const authorOf = (message) =>
  userOf(message.user) ?? (message.bot_id === store.app.bot_id && message.bot_id ? bot() : { id: message.user, name: message.user ?? "unknown" });

export const nameOf = (user) => user.real_name || user.name || "Unknown";

const isReply = (message) => Boolean(message.thread_ts) && message.thread_ts !== message.ts;

const placed = (list, message) => {
  const at = list.findIndex((each) => each.ts === message.ts);
  if (at >= 0) return list.with(at, message);
  return [...list, message].sort((one, other) => Number(one.ts) - Number(other.ts));
};

const countReply = (reply) => {
  const parent = store.messages.find((each) => each.ts === reply.thread_ts);
  if (!parent || reply.ephemeral || Number(parent.latest_reply ?? 0) >= Number(reply.ts)) return;
  const people = new Set([...(parent.reply_users ?? []), reply.user].filter(Boolean));
  store.messages = placed(store.messages, {
    ...parent, reply_count: (parent.reply_count ?? 0) + 1, latest_reply: reply.ts, reply_users: [...people],
  });
};

/** Puts a new or changed message where it belongs, if its channel is on the screen. */
export const take = (channel, message, isNew) => {
  if (channel !== store.channel) return;
  if (message.ts === store.thread || message.thread_ts === store.thread) store.replies = store.thread ? placed(store.replies, message) : [];
  if (!isReply(message)) store.messages = placed(store.messages, message);
  else if (isNew) countReply(message);
};

export const drop = (channel, ts) => {
  if (channel !== store.channel) return;
  store.messages = store.messages.filter((each) => each.ts !== ts);
  store.replies = store.replies.filter((each) => each.ts !== ts);
};

const statusKey = (channel, thread) => `${channel}:${thread}`;

/** What the bot says it is doing in a thread, as a whole sentence; "" for nothing. */
export const statusOf = (thread) => store.statuses.get(statusKey(store.channel, thread)) ?? "";

export const setStatus = (channel, thread, text) => {
  const whole = /^is\s/.test(text ?? "") ? `${nameOf(bot())} ${text}` : text;
  if (whole) store.statuses.set(statusKey(channel, thread), whole);
  else store.statuses.delete(statusKey(channel, thread));
};

/** What mentions and selects need to know. */
export const names = () => ({ users: store.users, groups: store.groups, channels: store.channels, me: store.me, channel: store.channel });

/** The pressed feedback buttons of one message, kept per person while the page is open. */
export const pressedIn = (channel, ts) => {
  const key = `${store.me}:${channel}:${ts}`;
  if (!store.pressed.has(key)) store.pressed.set(key, new Map());
  return store.pressed.get(key);
};
