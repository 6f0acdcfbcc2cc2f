// The square beside a name: the bot's mark, or a person's initials on their colour.

import { h } from "./dom.js";
import { mark } from "./icons.js";
import { nameOf, store } from "./store.js";

const channels = (hex) => [0, 2, 4].map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255);
const linear = (part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);

/** Relative luminance by WCAG 2, 0 to 1. */
const luminance = (hex) => {
  const [red, green, blue] = channels(hex).map(linear);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
};

const initialsOf = (user) => user.initials || nameOf(user).split(/\s+/).slice(0, 2).map((word) => word[0] ?? "").join("").toUpperCase();

/** An avatar of `size` "small", "medium" or "large"; decorative, the name stands beside it. */
export const avatar = (user, size = "large") => {
  if (user.id === store.app.user_id) return h("span", { class: `avatar avatar-${size} avatar-bot`, "aria-hidden": "true" }, mark(size === "large" ? 24 : 14));
  const hex = /^#?([0-9a-f]{6})$/i.exec(user.color ?? "")?.[1] ?? "5b6b62";
  const node = h("span", { class: `avatar avatar-${size}`, "aria-hidden": "true" }, initialsOf(user));
  node.style.backgroundColor = `#${hex}`;
  node.style.color = luminance(hex) > 0.18 ? "#10201a" : "#ffffff";
  return node;
};
