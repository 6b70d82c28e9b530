"use strict";

// The table of classes, a page at a time, and what is known of one class.

const RATES = ["precision", "recall", "f1", "average_precision", "roc_auc"];
const ON_PAPER = 200;

const classView = { level: "leaf", search: "", sufficientOnly: false, sort: "f1", descending: false, page: 0, size: 25 };

function classesSection() {
  const rates = RATES.filter((name) => levels[0].columns.includes(name));
  const body = h("tbody");
  const heads = new Map();
  const said = h("p", { class: "grow", role: "status" });
  const pages = h("span", { class: "number" });
  const [previous, next] = [pageButton("‹", "Previous page", -1), pageButton("›", "Next page", 1)];

  function pageButton(text, label, step) {
    return h("button", { type: "button", "aria-label": label, click: () => { classView.page += step; show(); } }, text);
  }

  function head(name, text, right) {
    const cell = h("th", { scope: "col", class: right ? "right" : null },
      h("button", { type: "button", click: () => sortBy(name) }, text));
    heads.set(name, cell);
    return cell;
  }

  function sortBy(name) {
    // figures are looked through from the worst on, names from A on, and counts from the largest on
    const first = name === "support" || name === "predicted";
    classView.descending = classView.sort === name ? !classView.descending : first;
    classView.sort = name;
    classView.page = 0;
    show();
  }

  function selected() {
    const wanted = classView.search.trim().toLowerCase();
    const rows = levels.find((level) => level.level === classView.level).rows.filter((row) =>
      (!wanted || row.label.toLowerCase().includes(wanted) || row.parent?.toLowerCase().includes(wanted))
      && (!classView.sufficientOnly || row.sufficient_support));
    const sign = classView.descending ? -1 : 1;
    return rows.sort((a, b) => {
      const [x, y] = [a[classView.sort], b[classView.sort]];
      if (x === null || y === null) {
        // what is not defined comes last in either direction
        return (x === null) - (y === null);
      }
      return sign * (typeof x === "string" ? x.localeCompare(y) : x - y) || a.label.localeCompare(b.label);
    });
  }

  function show(onPaper = false) {
    const rows = selected();
    const last = Math.max(0, Math.ceil(rows.length / classView.size) - 1);
    classView.page = Math.min(Math.max(0, classView.page), last);
    const from = onPaper ? 0 : classView.page * classView.size;
    const shown = rows.slice(from, onPaper ? ON_PAPER : from + classView.size);
    body.replaceChildren(...shown.map(line));
    for (const [name, cell] of heads) {
      cell.setAttribute("aria-sort",
        name !== classView.sort ? "none" : classView.descending ? "descending" : "ascending");
    }
    const { total } = levels.find((level) => level.level === classView.level);
    said.textContent = rows.length === 0 ? "No class matches"
      : `${format.count(from + 1)} to ${format.count(from + shown.length)} of ${format.count(rows.length)}`
        + (rows.length < total ? ` (${format.count(total)} in all)` : "");
    pages.textContent = `${classView.page + 1} / ${last + 1}`;
    previous.disabled = classView.page === 0;
    next.disabled = classView.page === last;
  }

  function line(row) {
    const isLeaf = classView.level === "leaf";
    return h("tr", { class: row.sufficient_support ? null : "few" },
      h("th", { scope: "row" },
        isLeaf ? h("button", { type: "button", class: "link", click: () => openClass(row.place) }, row.label) : row.label,
        row.critical ? h("span", { class: "mark" }, "critical") : null,
        row.sufficient_support ? null
          : h("span", { class: "mark", title: "Fewer rows than the minimum that was configured" }, "few rows")),
      hasParents ? h("td", {}, row.parent ?? "–") : null,
      h("td", { class: "right" }, format.count(row.support)),
      h("td", { class: "right" }, format.count(row.predicted)),
      rates.map((name) => rateCell(row[name], row[`${name}_low`], row[`${name}_high`])));
  }

  const hasParents = leaves.some((row) => row.parent !== null);
  const changed = (change) => (value) => { change(value); classView.page = 0; show(); };
  const controls = h("div", { class: "controls", role: "search" },
    h("label", {}, "Search", h("input", {
      type: "search", id: "search", placeholder: "class or parent", autocomplete: "off",
      input: (event) => changed((value) => { classView.search = value; })(event.target.value),
    })),
    levels.length > 1 ? choice("Level", levels.map(({ level }) => [level, format.level(level)]), "leaf",
      changed((value) => { classView.level = value; })) : null,
    h("label", {}, h("input", {
      type: "checkbox",
      change: (event) => changed((value) => { classView.sufficientOnly = value; })(event.target.checked),
    }), "enough rows only"),
    choice("Rows", [25, 50, 100].map((size) => [size, size]), classView.size,
      changed((value) => { classView.size = Number(value); })),
    said, h("span", {}, previous, " ", pages, " ", next));
  const grid = h("div", { class: "scroll" }, h("table", { id: "class-table" },
    h("caption", { class: "unseen" }, "Figures of each class with intervals; the heads of the columns sort"),
    h("thead", {}, h("tr", {}, head("label", "Class"), hasParents ? head("parent", "Parent") : null,
      head("support", "Rows", true), head("predicted", "Predicted", true),
      rates.map((name) => head(name, format.name(name))))),
    body));
  window.addEventListener("beforeprint", () => show(true));
  window.addEventListener("afterprint", () => show());
  show();
  return section("classes", "Classes",
    "Bars are values from 0 to 1, whiskers their intervals. A name opens the class.",
    figure("F1 of each class against its rows, with intervals. A point opens its class.", supportSpec(leaves),
      (datum) => Number.isInteger(datum.place) && openClass(datum.place)),
    controls, grid);
}

/** Pairs in which the class takes one side: 0 for those that are of it, 1 for those that are predicted to be. */
function confusionsOf(place, side) {
  return (data.confusion?.pairs ?? []).filter((pair) => pair[side] === place)
    .sort((a, b) => b[2] - a[2]).slice(0, 5);
}

function openClass(place) {
  const row = leaves[place];
  const dialog = document.getElementById("drill");
  const bins = data.calibration?.[place];
  const points = data.curves?.[place];
  const lists = [0, 1].map((side) => confusionList(place, side)).filter((list) => list !== null);
  dialog.replaceChildren(
    h("div", { class: "tools" }, h("button", { type: "button", click: () => dialog.close() }, "Close")),
    h("h2", { id: "drill-title" }, row.label),
    h("p", { class: "lead" },
      `${row.parent ? `${row.parent} · ` : ""}${format.count(row.support)} rows, ${format.count(row.predicted)} predicted, `
      + `${format.count(row.tp)} of them rightly.`,
      row.sufficient_support ? "" : " Fewer rows than the minimum that was configured."),
    table("Figures of the class", ["Figure", "Value", { text: "Interval" }],
      RATES.filter((name) => row[name] !== undefined).map((name) => [format.name(name),
        rateCell(row[name], row[`${name}_low`], row[`${name}_high`]),
        h("td", { class: "interval" }, format.interval(row[`${name}_low`], row[`${name}_high`]))])),
    ...(lists.length ? [h("div", { class: "pair" }, lists)] : []),
    h("div", { class: "pair" },
      bins ? h("div", {}, h("h3", {}, "Reliability"), figure(null, reliabilitySpec(bins, row.label))) : null,
      points ? h("div", {}, h("h3", {}, "Precision and recall"),
        figure(null, curveSpec(data.curves, place, { field: "recall", title: "recall" },
          { field: "precision", title: "precision" }))) : null));
  dialog.showModal();
}

function confusionList(place, side) {
  const pairs = confusionsOf(place, side);
  if (pairs.length === 0) {
    return null;
  }
  const title = side === 0 ? "What it is taken for" : "What is taken for it";
  return h("div", {}, h("h3", {}, title), table(title,
    ["Class", { text: "Count", right: true }, side === 0 ? "Share of its rows" : "Share of their rows"],
    pairs.map((pair) => [
      h("button", { type: "button", class: "link", click: () => { document.getElementById("drill").close();
        openClass(pair[1 - side]); } }, leaves[pair[1 - side]].label),
      format.count(pair[2]), rateCell(pair[3], pair[4], pair[5])])));
}
