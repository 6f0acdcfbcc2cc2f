// One sentence at the foot of the page, for what did not work.

import { h } from "./dom.js";
import { icon } from "./icons.js";

const SECONDS = 7;
const tray = h("div", { class: "toasts", popover: "manual", role: "status", "aria-live": "polite", "data-testid": "toasts" });

const raise = () => {
  if (!tray.isConnected) document.body.append(tray);
  // Shown again so that it lies above a modal that opened meanwhile.
  if (tray.matches(":popover-open")) tray.hidePopover();
  tray.showPopover();
};

const drop = (node) => {
  node.remove();
  if (!tray.childElementCount && tray.matches(":popover-open")) tray.hidePopover();
};

/** Shows `text` for a few seconds, or until it is closed. The same sentence is not stacked. */
export const toast = (text) => {
  const twin = [...tray.children].find((each) => each.dataset.text === text);
  if (twin) twin.remove();
  const node = h("div", { class: "toast", "data-testid": "toast", dataset: { text } }, icon("warning"), h("span", {}, text));
  node.append(h("button", { type: "button", class: "quiet", "aria-label": "Dismiss", onclick: () => drop(node) }, icon("close", 16)));
  raise();
  tray.append(node);
  setTimeout(() => node.isConnected && drop(node), SECONDS * 1000);
};

/** Runs `work`; a failure becomes a toast, and undefined comes back. */
export const trying = async (work) => {
  try {
    return await work();
  } catch (error) {
    console.error(error);
    toast(error.message);
    return undefined;
  }
};
