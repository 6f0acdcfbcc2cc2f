// Draws each picture where it stands. The page is whole without this: every number is in its tables.
"use strict";
(() => {
  const address = document.currentScript.dataset.library;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const inks = () => {
    const style = getComputedStyle(document.documentElement);
    const ink = style.getPropertyValue("--ink").trim();
    const line = style.getPropertyValue("--line").trim();
    const font = getComputedStyle(document.body).fontFamily;
    return {
      background: null, font, aria: false,
      axis: { labelColor: ink, titleColor: ink, gridColor: line, domainColor: line, tickColor: line, labelFontSize: 11, titleFontWeight: "normal" },
      legend: { labelColor: ink, titleColor: ink, labelFontSize: 11, columns: innerWidth < 600 ? 2 : 3 },
      text: { color: ink }, view: { stroke: null },
    };
  };
  const draw = async (place) => {
    const spec = JSON.parse(place.querySelector("script").textContent);
    const target = place.querySelector(".canvas") || place.appendChild(Object.assign(document.createElement("div"), { className: "canvas" }));
    if (typeof spec.width === "number") spec.width = Math.min(spec.width, place.clientWidth - 24);
    if (typeof spec.width === "number") spec.height = spec.width;
    // `ast`: expressions are interpreted, not compiled, so that the page needs no `unsafe-eval`.
    await vegaEmbed(target, spec, {
      actions: false, ast: true, renderer: "svg", defaultStyle: false, config: inks(),
      tooltip: { disableDefaultStyle: true },
    });
    // The place itself has the words; what is inside would only be read twice.
    target.setAttribute("aria-hidden", "true");
    for (const part of target.querySelectorAll("[tabindex]")) part.removeAttribute("tabindex");
    place.dataset.drawn = "";
  };
  const places = [...document.querySelectorAll(".drawing")];
  const all = async () => {
    for (const place of places) {
      await draw(place);
      await new Promise((done) => setTimeout(done)); // between two pictures the page can be scrolled and clicked
    }
    document.documentElement.dataset.drawn = "";
  };
  // The library is fetched once the figures and the words are on the screen: reading it takes longer than the page.
  const fetchLibrary = () => {
    const script = document.createElement("script");
    script.src = address;
    script.addEventListener("load", all);
    document.head.append(script);
  };
  requestAnimationFrame(() => setTimeout(fetchLibrary));
  dark.addEventListener("change", () => window.vegaEmbed && all());
  for (const box of document.querySelectorAll(".filters select")) box.addEventListener("change", () => {
    if (box.name === "weeks") for (const date of box.form.querySelectorAll("input[type=date]")) date.value = "";
  });
})();
