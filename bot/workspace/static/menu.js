// A small menu that opens under its button: overflow elements and the persona switcher.

import { h } from "./dom.js";

let open = null;

const close = (refocus) => {
  if (!open) return;
  const { button, list } = open;
  open = null;
  list.remove();
  button.setAttribute("aria-expanded", "false");
  if (refocus) button.focus();
};

document.addEventListener("pointerdown", (event) => {
  if (open && !open.list.contains(event.target) && !open.button.contains(event.target)) close(false);
});
window.addEventListener("resize", () => close(false));
document.addEventListener("scroll", (event) => open && !open.list.contains(event.target) && close(false), true);

const STEPS = { ArrowDown: 1, ArrowUp: -1 };

const onKey = (event) => {
  const items = [...open.list.querySelectorAll('[role^="menuitem"]')];
  const at = items.indexOf(document.activeElement);
  if (event.key === "Escape" || event.key === "Tab") {
    event.stopPropagation();
    if (event.key === "Escape") event.preventDefault();
    close(true);
  } else if (event.key in STEPS) {
    event.preventDefault();
    items[(at + STEPS[event.key] + items.length) % items.length].focus();
  } else if (event.key === "Home" || event.key === "End") {
    event.preventDefault();
    items.at(event.key === "Home" ? 0 : -1).focus();
  }
};

const place = (button, list) => {
  const box = button.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = list;
  const below = box.bottom + 6 + height <= window.innerHeight - 8;
  list.style.left = `${Math.max(8, Math.min(box.left, window.innerWidth - width - 8))}px`;
  list.style.top = `${below ? box.bottom + 6 : Math.max(8, box.top - height - 6)}px`;
};

const row = (item) => {
  if (item.heading) return h("div", { class: "menu-heading", role: "presentation" }, item.heading);
  const role = item.checked === undefined ? "menuitem" : "menuitemradio";
  return h("button", { type: "button", class: "menu-item", role, tabindex: "-1", "aria-checked": item.checked === undefined ? null : String(item.checked),
    "data-testid": item.testid, onclick: () => (close(true), item.choose()) }, item.content ?? item.label);
};

/** Makes `button` open a menu. `items()` gives {label | content, choose, checked?, testid?} or {heading}, asked at each opening. */
export const menu = (button, items) => {
  button.setAttribute("aria-haspopup", "menu");
  button.setAttribute("aria-expanded", "false");
  button.addEventListener("click", () => {
    if (open?.button === button) return close(true);
    close(false);
    const list = h("div", { class: "menu", role: "menu", onkeydown: onKey }, items().map(row));
    // Inside a modal the menu must stand in the same dialog, or the rest of the page would cover it.
    (button.closest("dialog") ?? document.body).append(list);
    open = { button, list };
    button.setAttribute("aria-expanded", "true");
    place(button, list);
    (list.querySelector('[aria-checked="true"]') ?? list.querySelector('[role^="menuitem"]'))?.focus();
    return null;
  });
};
