"use strict";

// The data, elements and numbers that all parts share. Text from the data goes into the page as text nodes alone.

const data = JSON.parse(document.getElementById("data").textContent);

/** An element; attributes that are null or false are left out, functions listen. */
function h(name, attributes, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes ?? {})) {
    if (typeof value === "function") {
      element.addEventListener(key, value);
    } else if (value !== null && value !== undefined && value !== false) {
      element.setAttribute(key, value === true ? "" : value);
    }
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined));
  return element;
}

const grouped = new Intl.NumberFormat("en-US");

function signed(text) {
  return text.replaceAll("-", "−");
}

const format = {
  count: (number) => (number === null || number === undefined ? "–" : grouped.format(number)),
  rate: (number) => (number === null || number === undefined ? "–" : signed(number.toFixed(3))),
  share: (number) => (number === null || number === undefined ? "–" : `${(number * 100).toFixed(1)} %`),
  interval: (low, high, digits = 3) =>
    low === null || low === undefined ? "" : signed(`[${low.toFixed(digits)}, ${high.toFixed(digits)}]`),
  time: (text) => (text ? text.replace("T", " ").replace(/(\.\d+)?Z$/, " UTC") : "–"),
  name: (code) => NAMES[code] ?? capital(code.replaceAll("_", " ")),
  level: (level) => (level === "leaf" ? "classes" : `level ${level}`),
};

const NAMES = {
  accuracy: "Accuracy",
  f1: "F1",
  macro_f1: "Macro F1",
  micro_f1: "Micro F1",
  weighted_f1: "Weighted F1",
  hierarchical_f1: "Hierarchical F1",
  mcc: "Matthews correlation",
  cohen_kappa: "Cohen's kappa",
  log_loss: "Log loss",
  roc_auc: "ROC AUC",
  macro_roc_auc: "Macro ROC AUC",
  weighted_roc_auc: "Weighted ROC AUC",
  expected_calibration_error: "Calibration error",
  sha256: "SHA-256",
};

function capital(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** A value from 0 to 1 as a bar and its interval as a whisker; the numbers stand beside it, so it says nothing aloud. */
function strip(value, low, high) {
  if (value === null || value === undefined) {
    return null;
  }
  const bounded = (number) => Math.min(1, Math.max(0, number));
  const element = h("span", { class: "strip", "aria-hidden": "true" });
  element.style.setProperty("--value", bounded(value));
  element.style.setProperty("--low", bounded(low ?? value));
  element.style.setProperty("--high", bounded(high ?? value));
  return element;
}

/** Table cell of a rate: number, strip, and the interval for those who hover or listen. */
function rateCell(value, low, high) {
  const interval = format.interval(low, high);
  return h("td", { class: "rate", title: interval || null },
    h("span", { class: "number" }, format.rate(value)),
    interval ? h("span", { class: "unseen" }, ` ${interval} `) : null,
    strip(value, low, high));
}

/** A section with its heading, and its place in the navigation. */
function section(id, title, lead, ...children) {
  return h("section", { id, "aria-labelledby": `${id}-title` },
    h("h2", { id: `${id}-title` }, title), lead ? h("p", { class: "lead" }, lead) : null, ...children);
}

/** A table of rows of cells; a cell is an element or text, and the first of each row its heading. */
function table(caption, heads, rows) {
  return h("div", { class: "scroll" }, h("table", {},
    h("caption", { class: "unseen" }, caption),
    h("thead", {}, h("tr", {}, heads.map((head) =>
      h("th", { scope: "col", class: head.right ? "right" : null }, head.text ?? head)))),
    h("tbody", {}, rows.map((cells) => h("tr", {}, cells.map((cell, i) =>
      cell instanceof HTMLTableCellElement ? cell
        : h(i === 0 ? "th" : "td", { scope: i === 0 ? "row" : null, class: heads[i].right ? "right" : null },
          cell)))))));
}

/** A labelled choice. */
function choice(label, options, chosen, onChange) {
  return h("label", {}, label, h("select", { change: (event) => onChange(event.target.value) },
    options.map(([value, text]) => h("option", { value, selected: String(value) === String(chosen) }, text))));
}

/** The classes of each level as objects; "place" is how the other parts name a leaf. */
const levels = data.classes.map((level) => ({
  level: level.level,
  total: level.total,
  columns: level.columns,
  rows: level.rows.map((cells, place) => {
    const row = { place, parent: level.parents?.[place] ?? null, critical: level.critical?.[place] ?? false };
    level.columns.forEach((name, i) => { row[name] = cells[i]; });
    return row;
  }),
}));

const leaves = levels.find((level) => level.level === "leaf")?.rows ?? [];

/** Figures of the summary at a level, by metric. */
function figures(level) {
  return new Map(data.summary.filter((row) => row.level === level).map((row) => [row.metric, row]));
}
