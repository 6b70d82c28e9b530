"use strict";

// Puts the page together: only sections that have data.

function head() {
  const labelled = figures("leaf").get("labelled")?.value;
  const total = levels.find((level) => level.level === "leaf")?.total ?? 0;
  const toggle = h("button", { type: "button", id: "theme", click: () => theme(isDark() ? "light" : "dark") });
  document.getElementById("head").append(
    h("div", {},
      h("h1", {}, data.model, h("span", {}, ` version ${data.version}`)),
      h("p", {}, [data.pipeline, `split ${data.split}`,
        labelled === undefined ? null : `${format.count(labelled)} labelled rows`, `${format.count(total)} classes`,
        `written ${format.time(data.written)}`].filter((part) => part !== null).join(" · "))),
    h("div", { class: "tools" }, toggle, " ",
      h("button", { type: "button", click: () => window.print() }, "Print")));
  document.title = `${data.model} ${data.version} on ${data.split} · Pigeonhole`;
}

function isDark() {
  return document.documentElement.dataset.theme === "dark";
}

function theme(name) {
  document.documentElement.dataset.theme = name;
  document.getElementById("theme").textContent = name === "dark" ? "Light" : "Dark";
  document.getElementById("theme").setAttribute("aria-label", name === "dark" ? "Light colours" : "Dark colours");
  redrawPlots();
}

function sections() {
  return [
    summarySection(),
    data.gates ? gatesSection() : null,
    data.comparisons ? comparisonsSection() : null,
    data.cascade ? cascadeSection() : null,
    leaves.length ? classesSection() : null,
    data.confusion ? confusionSection() : null,
    data.calibration ? calibrationSection() : null,
    data.curves ? curvesSection() : null,
    data.slices ? slicesSection() : null,
    data.unknown ? unknownSection() : null,
    data.proposed ? proposedSection() : null,
    data.deciders ? decidersSection() : null,
    lineageSection(),
  ].filter((part) => part !== null);
}

/** Marks the section that is being read. */
function follow(parts, links) {
  const seen = new IntersectionObserver((entries) => {
    for (const entry of entries.filter(({ isIntersecting }) => isIntersecting)) {
      links.forEach((link) => link.removeAttribute("aria-current"));
      links.get(entry.target.id).setAttribute("aria-current", "true");
    }
  }, { rootMargin: "-10% 0px -80% 0px" });
  parts.forEach((part) => seen.observe(part));
}

const darkPreferred = window.matchMedia("(prefers-color-scheme: dark)");
head();
theme(darkPreferred.matches ? "dark" : "light");
darkPreferred.addEventListener("change", (event) => theme(event.matches ? "dark" : "light"));
const parts = sections();
document.getElementById("main").replaceChildren(...parts);
const links = new Map(parts.map((part) =>
  [part.id, h("a", { href: `#${part.id}` }, part.querySelector("h2").textContent)]));
document.getElementById("nav").append(h("ul", {}, [...links.values()].map((link) => h("li", {}, link))));
follow(parts, links);
document.documentElement.dataset.ready = "true";
