// Slack's mrkdwn, turned into nodes. No string of the message ever becomes markup.

import { formatDate } from "./dates.js";
import { h } from "./dom.js";
import { emoji } from "./emoji.js";

const ENTITIES = { "&amp;": "&", "&lt;": "<", "&gt;": ">" };

/** The text behind Slack's three entities. */
export const unescape = (text) => text.replace(/&(?:amp|lt|gt);/g, (entity) => ENTITIES[entity]);

const SAFE = new Set(["http:", "https:", "mailto:"]);

/** The address if it may become a link (http, https, mailto), otherwise null. */
export const safeUrl = (address) => {
  try {
    const url = new URL(address, location.origin);
    return SAFE.has(url.protocol) && (/^(https?:|mailto:)/i.test(address) || address.startsWith("/archives/")) ? url.href : null;
  } catch {
    return null;
  }
};

/** A link in a new tab, or plain text where the address is none we open. */
export const link = (address, ...label) => {
  const href = safeUrl(address);
  const content = label.length ? label : [address];
  return href ? h("a", { href, target: "_blank", rel: "noopener noreferrer" }, content) : h("span", {}, content);
};

const pill = (text, mine) => h("span", { class: mine ? "mention mention-me" : "mention" }, text);

export const userMention = (id, names, label) => pill(`@${names.users[id]?.real_name || names.users[id]?.name || label || id}`, id === names.me);

export const channelMention = (id, names, label) => {
  const channel = names.channels.find((each) => each.id === id);
  if (!channel) return pill(`#${label || id}`);
  return h("a", { class: "mention", href: `#user=${names.me}&channel=${id}` }, `#${channel.name}`);
};

export const groupMention = (id, names, label) => {
  const group = names.groups.find((each) => each.id === id);
  return pill(group ? `@${group.handle}` : `@${(label ?? id).replace(/^@/, "")}`, group?.users?.includes(names.me));
};

const special = (body, label) => {
  const date = /^date\^(\d+)\^([^^]+)(?:\^(.+))?$/.exec(body);
  if (!date) return pill(`@${body.replace(/^subteam\^/, "").split("^")[0]}`, true);
  const text = formatDate(date[1], unescape(date[2])) ?? unescape(label ?? "");
  return date[3] ? link(unescape(date[3]), text) : h("time", { datetime: new Date(date[1] * 1000).toISOString() }, text);
};

const angle = (whole, names) => {
  const [target, ...rest] = whole.slice(1, -1).split("|");
  const label = rest.length ? unescape(rest.join("|")) : undefined;
  if (/^@[UWB]/.test(target)) return userMention(target.slice(1), names, label);
  if (/^#[CGD]/.test(target)) return channelMention(target.slice(1), names, label);
  if (target.startsWith("!subteam^")) return groupMention(target.slice(9), names, label);
  if (/^!(here|channel|everyone|date\^)/.test(target)) return special(target.slice(1), label);
  const address = unescape(target);
  return safeUrl(address) ? link(address, label ?? address.replace(/^mailto:/, "")) : unescape(whole);
};

const wrap = (tag) => (match, names) => h(tag, {}, inline(match.slice(1, -1), names));

// Ordered: what starts first wins, and of two that start together the one written first.
const RULES = [
  [/`[^`\n]+`/y, (match) => h("code", {}, unescape(match.slice(1, -1)))],
  [/<[^<>\n]+>/y, angle],
  [/\*(?=\S)(?:<[^<>\n]*>|`[^`\n]*`|[^*\n])*?[^\s*]\*(?![\p{L}\p{N}*])/uy, wrap("strong")],
  [/_(?=\S)(?:<[^<>\n]*>|`[^`\n]*`|[^_\n])*?[^\s_]_(?![\p{L}\p{N}_])/uy, wrap("em")],
  [/~(?=\S)(?:<[^<>\n]*>|`[^`\n]*`|[^~\n])*?[^\s~]~(?![\p{L}\p{N}~])/uy, wrap("s")],
  [/:[a-z0-9_+'-]+(?:::skin-tone-\d)?:/y, (match) => emoji(match.slice(1, -1))],
  [/https?:\/\/[^\s<>|]*[^\s<>|.,;:!?)'"\]]/y, (match) => link(unescape(match))],
];

const WORD = /[\p{L}\p{N}]/u;

const matchAt = (text, at) => {
  if (at > 0 && WORD.test(text[at - 1]) && text[at] !== "<" && text[at] !== ":") return null;
  for (const [pattern, make] of RULES) {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (found) return { length: found[0].length, make: (names) => make(found[0], names) };
  }
  return null;
};

/** One line of mrkdwn as a list of nodes and strings. */
export const inline = (text, names) => {
  const nodes = [];
  let plain = "";
  for (let at = 0; at < text.length; ) {
    const found = "`<*_~:h".includes(text[at]) ? matchAt(text, at) : null;
    if (!found) {
      plain += text[at++];
      continue;
    }
    nodes.push(unescape(plain), found.make(names));
    plain = "";
    at += found.length;
  }
  nodes.push(unescape(plain));
  return nodes.filter((node) => node !== "");
};

const KINDS = [
  ["quote", /^(?:&gt;|>) ?(.*)$/],
  ["ul", /^\s*[•◦▪‣*-] +(.*)$/],
  ["ol", /^\s*\d{1,3}[.)] +(.*)$/],
];

const classify = (line) => {
  for (const [kind, pattern] of KINDS) {
    const found = pattern.exec(line);
    if (found) return { kind, text: found[1], start: Number.parseInt(line, 10) };
  }
  return { kind: "text", text: line };
};

const group = (lines) => {
  const groups = [];
  for (const line of lines.map(classify)) {
    const last = groups[groups.length - 1];
    if (last?.kind === line.kind) last.lines.push(line.text);
    else groups.push({ kind: line.kind, start: line.start, lines: [line.text] });
  }
  return groups;
};

const broken = (lines, names) => lines.flatMap((line, index) => (index ? [h("br"), inline(line, names)] : [inline(line, names)]));
const items = (lines, names) => lines.map((line) => h("li", {}, inline(line, names)));

const MAKERS = {
  quote: (part, names) => h("blockquote", {}, broken(part.lines, names)),
  ul: (part, names) => h("ul", {}, items(part.lines, names)),
  ol: (part, names) => h("ol", { start: part.start }, items(part.lines, names)),
};

const paragraphs = (lines, names) =>
  lines
    .join("\n")
    .split(/\n{2,}/)
    .map((part) => part.replace(/^\n+|\n+$/g, ""))
    .filter(Boolean)
    .map((part) => h("p", {}, broken(part.split("\n"), names)));

const flow = (text, names) =>
  group(text.replace(/^\n+|\n+$/g, "").split("\n")).flatMap((part) =>
    part.kind === "text" ? paragraphs(part.lines, names) : [MAKERS[part.kind](part, names)],
  );

/** A whole mrkdwn text: paragraphs, quotes, lists, preformatted parts. `names` resolves mentions. */
export const mrkdwn = (text, names) => {
  const parts = String(text ?? "").split(/```\n?([\s\S]*?)\n?```/);
  return h(
    "div",
    { class: "rich" },
    parts.flatMap((part, index) => (index % 2 ? [h("pre", {}, h("code", {}, unescape(part)))] : flow(part, names))),
  );
};
