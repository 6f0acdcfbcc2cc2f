// The rich_text block: what Slack's own composer writes.

import { formatDate } from "./dates.js";
import { h } from "./dom.js";
import { emoji } from "./emoji.js";
import { channelMention, groupMention, link, userMention } from "./mrkdwn.js";

const TAGS = [["code", "code"], ["bold", "strong"], ["italic", "em"], ["strike", "s"]];

const styled = (style, node) => TAGS.reduce((inner, [name, tag]) => (style?.[name] ? h(tag, {}, inner) : inner), node);

const lines = (text) => text.split("\n").flatMap((line, index) => (index ? [h("br"), line] : [line]));

const PIECES = {
  text: (piece) => (Object.values(piece.style ?? {}).some(Boolean) ? styled(piece.style, h("span", {}, lines(piece.text))) : lines(piece.text)),
  link: (piece) => styled(piece.style, link(piece.url, piece.text || piece.url)),
  user: (piece, names) => userMention(piece.user_id, names),
  usergroup: (piece, names) => groupMention(piece.usergroup_id, names),
  channel: (piece, names) => channelMention(piece.channel_id, names),
  broadcast: (piece) => h("span", { class: "mention mention-me" }, `@${piece.range}`),
  emoji: (piece) => emoji(piece.name),
  date: (piece) => formatDate(piece.timestamp, piece.format) ?? piece.fallback ?? "",
  color: (piece) => piece.value,
};

const pieces = (elements, names) => (elements ?? []).map((piece) => (PIECES[piece.type] ?? (() => piece.text ?? ""))(piece, names));

const list = (part, names) =>
  h(
    part.style === "ordered" ? "ol" : "ul",
    { class: part.indent ? `indent-${Math.min(part.indent, 5)}` : null, start: part.offset ? part.offset + 1 : null },
    (part.elements ?? []).map((item) => h("li", {}, pieces(item.elements, names))),
  );

const PARTS = {
  rich_text_section: (part, names) => h("p", {}, pieces(part.elements, names)),
  rich_text_list: list,
  rich_text_quote: (part, names) => h("blockquote", {}, pieces(part.elements, names)),
  rich_text_preformatted: (part, names) => h("pre", {}, h("code", {}, pieces(part.elements, names))),
};

/** A rich_text block as nodes; a part we do not know is left out of the flow, its text kept. */
export const richText = (block, names) =>
  h(
    "div",
    { class: "rich" },
    (block.elements ?? []).map((part) => (PARTS[part.type] ?? PARTS.rich_text_section)(part, names)),
  );
