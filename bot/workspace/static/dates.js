// How times are said on this page, in the reader's own time zone.

const LOCALE = navigator.language.startsWith("en") ? navigator.language : "en-GB";
const say = (date, options) => new Intl.DateTimeFormat(LOCALE, options).format(date);
const CLOCK = { hour: "numeric", minute: "2-digit" };

/** A Slack timestamp ("1700000000.000100") or epoch seconds as a Date. */
export const when = (ts) => new Date(Number.parseFloat(ts) * 1000);

const dayNumber = (date) => Math.floor((date.getTime() - date.getTimezoneOffset() * 60000) / 86400000);
const daysAgo = (date) => dayNumber(new Date()) - dayNumber(date);

const named = (date, otherwise) =>
  ({ 0: "today", 1: "yesterday", "-1": "tomorrow" })[daysAgo(date)] ?? otherwise(date);

const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);

export const time = (ts) => say(when(ts), CLOCK);
export const fullTime = (ts) => say(when(ts), { dateStyle: "full", timeStyle: "short" });
export const dayKey = (ts) => String(dayNumber(when(ts)));
export const dayLabel = (ts) =>
  capital(named(when(ts), (date) => say(date, { weekday: "long", day: "numeric", month: "long" })));

/** "5 minutes ago" for the line under a thread's parent. */
export const ago = (ts) => {
  const minutes = Math.round((Date.now() - when(ts).getTime()) / 60000);
  if (minutes < 1) return "just now";
  if (minutes < 60) return `${minutes} minute${minutes === 1 ? "" : "s"} ago`;
  const days = daysAgo(when(ts));
  return days === 0 ? `today at ${time(ts)}` : `${named(when(ts), (date) => say(date, { day: "numeric", month: "short" }))} at ${time(ts)}`;
};

const long = (date) => say(date, { weekday: "long", day: "numeric", month: "long", year: "numeric" });
const medium = (date) => say(date, { day: "numeric", month: "long", year: "numeric" });
const short = (date) => say(date, { day: "numeric", month: "short", year: "numeric" });

const TOKENS = {
  date_num: (date) => date.toISOString().slice(0, 10),
  date_slash: (date) => say(date, { dateStyle: "short" }),
  date: medium,
  date_short: short,
  date_long: long,
  date_pretty: (date) => named(date, medium),
  date_short_pretty: (date) => named(date, short),
  date_long_pretty: (date) => named(date, long),
  day_divider_pretty: (date) => named(date, long),
  time: (date) => say(date, CLOCK),
  time_secs: (date) => say(date, { ...CLOCK, second: "2-digit" }),
  ago: (date) => ago(date.getTime() / 1000),
};

/** Fills the tokens of Slack's date format; null where the seconds or a token make no sense. */
export const formatDate = (seconds, format) => {
  const date = when(seconds);
  if (Number.isNaN(date.getTime())) return null;
  let known = true;
  const text = format.replace(/\{(\w+)\}/g, (_whole, token) => {
    known &&= token in TOKENS;
    return known ? TOKENS[token](date) : "";
  });
  return known ? text : null;
};
