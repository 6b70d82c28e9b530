"use strict";

// The heat map of the most confused classes: a grid of cells that arrow keys walk through.

const SHARES = {
  true: { text: "of the true class", of: (pair) => pair.rate },
  predicted: { text: "of the predicted class", of: (pair) => pair.share },
};

function confusionSection() {
  const { heat_map: places, pairs } = data.confusion;
  const found = new Map(pairs.map(([truth, predicted, count, rate, low, high]) => [`${truth},${predicted}`,
    { truth, predicted, count, rate, low, high, share: count / leaves[predicted].predicted }]));
  const drill = h("div", { class: "drill", role: "status", id: "cell" });
  const holder = h("div", { class: "scroll" });
  let by = "true";

  function pairOf(truth, predicted) {
    if (truth === predicted) {
      const { tp: count, recall: rate, recall_low: low, recall_high: high, precision: share } = leaves[truth];
      return { truth, predicted, count, rate, low, high, share };
    }
    return found.get(`${truth},${predicted}`) ?? { truth, predicted, count: 0, rate: 0, share: 0 };
  }

  function draw() {
    const all = places.flatMap((truth) => places.filter((predicted) => predicted !== truth)
      .map((predicted) => SHARES[by].of(pairOf(truth, predicted)) ?? 0));
    const most = Math.max(...all, 0.01);
    const grid = h("table", { class: "heat", role: "grid", "aria-label": "Confusions: rows are true classes, columns "
      + "predicted ones. Arrow keys move, Enter shows a cell.", keydown: walk },
    h("thead", {}, h("tr", { role: "row" }, h("td", { role: "presentation", style: "background:none" }),
      places.map((place) => h("th", { scope: "col", role: "columnheader", title: leaves[place].label },
        h("span", {}, leaves[place].label))))),
    h("tbody", {}, places.map((truth, i) => h("tr", { role: "row" },
      h("th", { scope: "row", role: "rowheader", title: leaves[truth].label }, leaves[truth].label),
      places.map((predicted, j) => cell(pairOf(truth, predicted), most, i + j === 0))))));
    holder.replaceChildren(grid);
  }

  function cell(pair, most, isFirst) {
    const value = SHARES[by].of(pair) ?? 0;
    const isRight = pair.truth === pair.predicted;
    const share = isRight ? 0 : Math.sqrt(value / most);
    const text = value >= 0.005 ? String(Math.round(value * 100)) : "";
    const element = h("td", {
      role: "gridcell", tabindex: isFirst ? 0 : -1, "aria-selected": "false",
      class: isRight ? "right-one" : share > 0.72 ? "strong" : null,
      "aria-label": `${leaves[pair.truth].label} taken for ${leaves[pair.predicted].label}: ${format.count(pair.count)}, `
        + `${format.share(value)} ${SHARES[by].text}`,
      title: `${leaves[pair.truth].label} → ${leaves[pair.predicted].label}: ${format.count(pair.count)}`,
      click: (event) => choose(event.currentTarget, pair),
    }, text);
    element.style.setProperty("--share", share.toFixed(3));
    return element;
  }

  function walk(event) {
    const step = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
    const from = event.target.closest("td[role=gridcell]");
    if (from && step) {
      const row = from.parentElement.rowIndex + step[0];
      const target = from.closest("table").rows[row]?.cells[from.cellIndex + step[1]];
      if (target?.getAttribute("role") === "gridcell") {
        from.tabIndex = -1;
        target.tabIndex = 0;
        target.focus();
      }
      event.preventDefault();
    } else if (from && (event.key === "Enter" || event.key === " ")) {
      from.click();
      event.preventDefault();
    }
  }

  function choose(element, pair) {
    holder.querySelectorAll("[aria-selected=true]").forEach((other) => other.setAttribute("aria-selected", "false"));
    element.setAttribute("aria-selected", "true");
    explain(pair);
  }

  function explain(pair) {
    const [truth, predicted] = [leaves[pair.truth], leaves[pair.predicted]];
    const back = pairOf(pair.predicted, pair.truth);
    const isRight = pair.truth === pair.predicted;
    drill.replaceChildren(
      h("h3", {}, isRight ? `${truth.label}, recognised` : `${truth.label} taken for ${predicted.label}`),
      h("dl", { class: "facts" },
        fact("Count", `${format.count(pair.count)} of ${format.count(truth.support)} rows`),
        fact(isRight ? "Recall" : "Of the true class",
          `${format.share(pair.rate)} ${pair.low === undefined ? "" : format.interval(pair.low * 100, pair.high * 100, 1)}`),
        fact(isRight ? "Precision" : "Of the predicted class", format.share(pair.share)),
        isRight ? [] : fact("The other way round", `${format.count(back.count)} (${format.share(back.rate)})`)),
      h("p", {}, [pair.truth, pair.predicted].filter((place, i, both) => both.indexOf(place) === i).map((place) =>
        [h("button", { type: "button", class: "link", click: () => openClass(place) }, `Open ${leaves[place].label}`),
          h("br")])));
  }

  function fact(term, text) {
    return [h("dt", {}, term), h("dd", {}, text)];
  }

  draw();
  const frequent = pairs.slice(0, 15).map(([truth, predicted]) => pairOf(truth, predicted));
  if (frequent.length) {
    explain(frequent[0]);
  }
  return section("confusion", "Confusions",
    `${places.length} classes of the most frequent confusions, each beside those that it is confused with. Cells are per `
      + "cent; the diagonal, what was recognised, has no colour.",
    h("div", { class: "controls" }, choice("Share", Object.entries(SHARES).map(([key, share]) => [key, share.text]), by,
      (value) => { by = value; draw(); })),
    h("div", { class: "confusion" }, holder, drill),
    h("h3", {}, "Most frequent confusions"),
    table("Most frequent confusions", ["True class", "Taken for", { text: "Count", right: true }, "Share of the true class",
      { text: "Of the predicted", right: true }],
    frequent.map((pair) => [
      h("button", { type: "button", class: "link", click: () => openClass(pair.truth) }, leaves[pair.truth].label),
      h("button", { type: "button", class: "link", click: () => openClass(pair.predicted) }, leaves[pair.predicted].label),
      format.count(pair.count), rateCell(pair.rate, pair.low, pair.high), format.share(pair.share)])));
}
