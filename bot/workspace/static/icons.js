// Line icons on a 20 × 20 grid, drawn for this page; they take the colour of the text around them.

import { s } from "./dom.js";

const PATHS = {
  hash: "M7.6 3.5 6 16.5M14 3.5 12.4 16.5M3.5 7.5h13.5M3 12.5h13.5",
  lock: "M6 9V6.8a4 4 0 0 1 8 0V9M4.8 9h10.4v7.5H4.8z",
  reply: "M3.5 4.5h13v9H9l-3.5 3v-3h-2z",
  close: "m5 5 10 10M15 5 5 15",
  back: "M12.5 4 6.5 10l6 6",
  down: "m5.5 8 4.5 4.5L14.5 8",
  menu: "M3 5.5h14M3 10h14M3 14.5h14",
  more: "M4.5 10h.01M10 10h.01M15.5 10h.01",
  eye: "M2.5 10S5 5 10 5s7.5 5 7.5 5-2.5 5-7.5 5-7.5-5-7.5-5zM10 12a2 2 0 1 0 0-4 2 2 0 0 0 0 4z",
  send: "M4 16.5 17 10 4 3.5l2.2 6.5zM6.2 10H11",
  thumbup: "M6.5 9 9.7 3.2a1.6 1.6 0 0 1 2.5 1.6L11.5 8H16a1.5 1.5 0 0 1 1.4 2l-1.8 5.5a1.5 1.5 0 0 1-1.4 1H6.5zM6.5 9H3v7.5h3.5",
  thumbdown:
    "M13.5 11l-3.2 5.8a1.6 1.6 0 0 1-2.5-1.6L8.5 12H4a1.5 1.5 0 0 1-1.4-2l1.8-5.5a1.5 1.5 0 0 1 1.4-1h7.7zM13.5 11H17V3.5h-3.5",
  trash: "M4 5.5h12M8 5.5V3.5h4v2M5.5 5.5l.800 11h7.4l.800-11M8.5 8.5v5M11.5 8.5v5",
  check: "m4 10.5 4 4 8-9",
  home: "m3.5 9 6.5-5.5L16.5 9v7.5h-4.5v-4.5H8v4.5H3.5z",
  sign: "M10 2.5v15M4 4.5h9.5l2.5 2.2-2.5 2.2H4zM16 10.5H6.5L4 12.7l2.5 2.2H16z",
  info: "M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM10 9.3v4M10 6.7h.01",
  warning: "M10 3.5 17.5 16.5h-15zM10 8.3v3.7M10 14.3h.01",
  external: "M8 5H4.5v10.5H15V12M11 4h5v5M16 4l-7 7",
  people: "M7.5 9.5a2.8 2.8 0 1 0 0-5.6 2.8 2.8 0 0 0 0 5.6zM2.5 16.5c0-3 2-4.7 5-4.7s5 1.7 5 4.7M13 4.2a2.8 2.8 0 0 1 0 5M14.5 12c2 .4 3 2 3 4.5",
};

/** The icon called `name`, hidden from screen readers: the control around it carries the label. */
export const icon = (name, size = 18) =>
  s(
    "svg",
    { viewBox: "0 0 20 20", width: size, height: size, class: `icon icon-${name}`, "aria-hidden": "true" },
    s("path", { d: PATHS[name] ?? PATHS.more }),
  );

/** The mark of Signpost: a post with two boards pointing different ways. */
export const mark = (size = 24) =>
  s(
    "svg",
    { viewBox: "0 0 32 32", width: size, height: size, class: "mark", "aria-hidden": "true" },
    s("rect", { class: "mark-post", x: "14.5", y: "3", width: "3", height: "26", rx: "1.5" }),
    s("path", { class: "mark-board", d: "M7 6h16.5l4.5 4-4.5 4H7a1 1 0 0 1-1-1V7a1 1 0 0 1 1-1z" }),
    s("path", { class: "mark-board-two", d: "M24 16.5H10l-4 3.5 4 3.5h14a1 1 0 0 0 1-1v-5a1 1 0 0 0-1-1z" }),
  );
