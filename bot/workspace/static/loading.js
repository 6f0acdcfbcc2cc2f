// Fetching what the store holds. Nothing is drawn here.

import { get } from "./api.js";
import { current, setStatus, store } from "./store.js";
import { trying } from "./toast.js";

/** Whether the person still sits and looks where a request was made from. */
const stillAt = ({ user, channel, thread }) => user === store.me && channel === store.channel && (thread === undefined || thread === store.thread);

/** What was fetched, and with it what events brought while it was on its way. */
const merged = (fetched, known) => {
  const last = Number(fetched[fetched.length - 1]?.ts ?? 0);
  return [...fetched, ...known.filter((message) => Number(message.ts) > last)];
};

/** The messages of the open channel; asking for them is also what marks them as read. */
export const loadMessages = async () => {
  const asked = { user: store.me, channel: store.channel };
  const answer = await trying(() => get("/ui/messages", asked));
  if (!answer || !stillAt(asked)) return;
  store.messages = merged(answer.messages, store.messages);
  store.loading = false;
};

/** The open thread, and what the bot is doing in it. */
export const loadReplies = async () => {
  if (!store.thread) return;
  const asked = { user: store.me, channel: store.channel, thread_ts: store.thread };
  const answer = await trying(() => get("/ui/replies", asked));
  if (!answer || !stillAt({ ...asked, thread: asked.thread_ts })) return;
  store.replies = merged(answer.messages, store.replies);
  const overtaken = store.replies.length > answer.messages.length; // by a reply, which ended the status
  if (answer.status !== undefined && !overtaken) setStatus(asked.channel, asked.thread_ts, answer.status);
};

/** Who and what a person sees; throws where nobody of that id is here. */
export const loadState = async (user) => {
  const state = await get("/ui/state", { user });
  Object.assign(store, state, { me: state.me ?? user });
  const shown = current();
  if (shown) shown.unread = 0;
};

/** Channels with their unread counts, people and connection; whether they are still wanted. */
export const loadCounts = async () => {
  const user = store.me;
  const state = await trying(() => get("/ui/state", { user }));
  if (!state || user !== store.me) return false;
  Object.assign(store, { channels: state.channels, users: state.users, app: state.app });
  if (current()) current().unread = 0;
  return true;
};
