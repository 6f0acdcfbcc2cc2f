// Text objects of Block Kit: {type: "plain_text" | "mrkdwn", text}.

import { h } from "./dom.js";
import { withEmoji } from "./emoji.js";
import { inline, mrkdwn } from "./mrkdwn.js";

/** What a plain_text object says. A bare string counts as one. */
export const plain = (object) => {
  if (typeof object === "string") return object;
  return object?.emoji === false ? (object.text ?? "") : withEmoji(object?.text ?? "");
};

/** A text object as a block of text. */
export const textBlock = (object, names) =>
  object?.type === "mrkdwn" ? mrkdwn(object.text, names) : h("div", { class: "rich plain" }, plain(object));

/** A text object within a line: labels of options, alerts, descriptions. */
export const textLine = (object, names) => (object?.type === "mrkdwn" ? inline(object.text ?? "", names) : plain(object));
