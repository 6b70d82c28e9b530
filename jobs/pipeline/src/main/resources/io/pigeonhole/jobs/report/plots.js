"use strict";

// Plots by Vega-Lite. Colours come from the style sheet, so a change of theme draws each plot that is on the page again.

const drawn = new Map();

function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

function plotConfig() {
  const [ink, muted, line] = [colour("ink"), colour("muted"), colour("line")];
  const font = getComputedStyle(document.body).fontFamily;
  return {
    background: null,
    font,
    axis: {
      labelColor: muted, titleColor: muted, gridColor: line, domainColor: line, tickColor: line, titleFontWeight: 400,
      labelFontSize: 11, titleFontSize: 12,
    },
    legend: { labelColor: ink, titleColor: muted, titleFontWeight: 400 },
    title: { color: ink, fontSize: 13, fontWeight: 500, anchor: "start" },
    view: { stroke: null },
  };
}

/**
 * Draws into the element; "spec" is asked, with the width that there is, whenever colours change. Clicks on marks go to
 * "onPick" with their datum.
 */
async function plot(element, spec, onPick) {
  drawn.get(element)?.result?.finalize();
  drawn.set(element, { spec, onPick });
  const result = await vegaEmbed(element, { ...spec(element.clientWidth), config: plotConfig() }, {
    mode: "vega-lite",
    renderer: "svg",
    actions: { export: true, source: false, compiled: false, editor: false },
    tooltip: { theme: document.documentElement.dataset.theme },
  });
  drawn.set(element, { spec, onPick, result });
  if (onPick) {
    result.view.addEventListener("click", (event, item) => item?.datum && onPick(item.datum));
  }
}

function redrawPlots() {
  for (const [element, { spec, onPick }] of drawn) {
    if (element.isConnected) {
      plot(element, spec, onPick);
    } else {
      drawn.delete(element);
    }
  }
}

let resized = 0;
window.addEventListener("resize", () => {
  clearTimeout(resized);
  resized = setTimeout(redrawPlots, 150);
});

function figure(caption, spec, onPick) {
  const element = h("div", { class: "plot" });
  // a plot takes the width of its container, which it has once it is on the page
  requestAnimationFrame(() => plot(element, spec, onPick));
  return h("figure", {}, element, caption ? h("figcaption", {}, caption) : null);
}

const rateScale = { domain: [0, 1], nice: false };

/** How often each confidence was right, over how many rows there were. */
function reliabilitySpec(bins, title) {
  const values = bins.map(([binLow, binHigh, count, confidence, accuracy, low, high]) =>
    ({ binLow, binHigh, count, confidence, accuracy, low, high }));
  const tooltip = [
    { field: "binLow", title: "from", format: ".2f" }, { field: "binHigh", title: "to", format: ".2f" },
    { field: "count", title: "rows", format: "," },
    { field: "confidence", title: "mean confidence", format: ".3f" },
    { field: "accuracy", title: "accuracy", format: ".3f" },
    { field: "low", title: "low", format: ".3f" }, { field: "high", title: "high", format: ".3f" },
  ];
  const x = (title) => ({ field: "confidence", type: "quantitative", scale: rateScale, title });
  // views one below the other do not take their container's width by themselves
  const inner = (width) => Math.max(180, Math.min(width, 620) - 70);
  return (width) => ({
    description: `Reliability diagram of ${title}: accuracy against mean confidence in ${values.length} bins`,
    data: { values },
    spacing: 12,
    vconcat: [
      {
        width: inner(width), height: 270,
        layer: [
          {
            data: { values: [{ confidence: 0, accuracy: 0 }, { confidence: 1, accuracy: 1 }] },
            mark: { type: "line", strokeDash: [4, 4], color: colour("muted") },
            encoding: { x: x(null), y: { field: "accuracy", type: "quantitative", scale: rateScale } },
          },
          {
            mark: { type: "rule", color: colour("accent"), strokeWidth: 2, opacity: 0.75 },
            encoding: {
              x: x(null), y: { field: "low", type: "quantitative", title: "accuracy" }, y2: { field: "high" }, tooltip,
            },
          },
          {
            mark: { type: "line", color: colour("accent"), strokeWidth: 1.5, opacity: 0.6 },
            encoding: { x: x(null), y: { field: "accuracy", type: "quantitative" } },
          },
          {
            mark: { type: "point", filled: true, size: 55, opacity: 1, color: colour("accent") },
            encoding: { x: x(null), y: { field: "accuracy", type: "quantitative" }, tooltip },
          },
        ],
      },
      {
        width: inner(width), height: 60,
        mark: { type: "bar", color: colour("bar") },
        encoding: {
          x: { field: "binLow", type: "quantitative", scale: rateScale, title: "confidence" },
          x2: { field: "binHigh" },
          y: { field: "count", type: "quantitative", title: "rows", axis: { tickCount: 2, format: "~s" } },
          y2: { datum: 0 },
          tooltip,
        },
      },
    ],
  });
}

/** One curve in front of the others. "x" and "y" are a field's name and title each. */
function curveSpec(curves, chosen, x, y) {
  const values = Object.entries(curves).flatMap(([place, points]) => points
    .map(([threshold, precision, recall, tpr, fpr]) => ({
      place: Number(place), label: leaves[place]?.label ?? "", chosen: place === String(chosen),
      threshold, precision, recall, tpr, fpr,
    }))
    .filter((point) => point[x.field] !== null && point[y.field] !== null));
  const encoding = {
    x: { field: x.field, type: "quantitative", scale: rateScale, title: x.title },
    y: { field: y.field, type: "quantitative", scale: rateScale, title: y.title },
    order: { field: "threshold" },
  };
  const tooltip = [{ field: "label", title: "class" }, { field: "threshold", format: ".3f" },
    { field: x.field, title: x.title, format: ".3f" }, { field: y.field, title: y.title, format: ".3f" }];
  return () => ({
    description: `${y.title} against ${x.title} of ${leaves[chosen]?.label}, with the other chosen classes behind it`,
    width: "container", height: 300,
    data: { values },
    layer: [
      {
        transform: [{ filter: "!datum.chosen" }],
        mark: { type: "line", color: colour("muted"), strokeWidth: 1, opacity: 0.28 },
        encoding: { ...encoding, detail: { field: "place" } },
      },
      {
        transform: [{ filter: "datum.chosen" }],
        mark: { type: "line", color: colour("accent"), strokeWidth: 2.5, point: { size: 22, color: colour("accent") } },
        encoding: { ...encoding, tooltip },
      },
    ],
  });
}

/** F1 of each class against its support: where the rare ones stand. */
function supportSpec(rows) {
  const values = rows.filter((row) => row.support > 0)
    .map(({ place, label, support, f1, f1_low, f1_high, sufficient_support }) =>
      ({ place, label, support, f1, f1_low, f1_high, sufficient: sufficient_support }));
  const x = { field: "support", type: "quantitative", scale: { type: "log", nice: false }, title: "rows of the class" };
  const opacity = Math.max(0.12, Math.min(0.4, 40 / values.length));
  return () => ({
    description: "F1 of each class against its rows, with intervals",
    width: "container", height: 250,
    data: { values },
    layer: [
      {
        mark: { type: "rule", color: colour("accent"), opacity },
        encoding: { x, y: { field: "f1_low", type: "quantitative", scale: rateScale, title: "F1" },
          y2: { field: "f1_high" } },
      },
      {
        mark: { type: "point", filled: true, size: 34, cursor: "pointer", opacity: 0.85 },
        encoding: {
          x,
          y: { field: "f1", type: "quantitative" },
          color: {
            field: "sufficient", type: "nominal", legend: null,
            scale: { domain: [true, false], range: [colour("accent"), colour("muted")] },
          },
          tooltip: [{ field: "label", title: "class" }, { field: "support", title: "rows", format: "," },
            { field: "f1", title: "F1", format: ".3f" }, { field: "f1_low", title: "low", format: ".3f" },
            { field: "f1_high", title: "high", format: ".3f" }],
        },
      },
    ],
  });
}

/** A figure of each slice, with its interval and that of the whole split behind them. */
function sliceSpec(rows, whole, title) {
  return () => ({
    description: `${title} of each slice, with intervals`,
    width: "container", height: 60 + 20 * rows.length,
    data: { values: rows },
    encoding: { y: { field: "slice", type: "nominal", sort: null, title: null, axis: { labelLimit: 220 } } },
    layer: [
      ...(whole ? [{
        data: { values: [whole] },
        mark: { type: "rule", color: colour("muted"), strokeDash: [4, 4] },
        encoding: { x: { field: "value", type: "quantitative" }, y: null },
      }] : []),
      {
        mark: { type: "rule", color: colour("accent"), strokeWidth: 2, opacity: 0.7 },
        encoding: {
          x: { field: "low", type: "quantitative", title, scale: { zero: false } }, x2: { field: "high" },
        },
      },
      {
        mark: { type: "point", filled: true, size: 55, color: colour("accent"), opacity: 1 },
        encoding: {
          x: { field: "value", type: "quantitative" },
          tooltip: [{ field: "slice" }, { field: "value", title, format: ".3f" }, { field: "low", format: ".3f" },
            { field: "high", format: ".3f" }, { field: "support", title: "rows", format: "," }],
        },
      },
    ],
  });
}

/** Accuracy of each rule of a cascade against the share of rows, or the cost, that it takes; the chosen one stands out. */
function frontierSpec(points) {
  const byCost = points.every((point) => point.cost !== null);
  const x = {
    field: byCost ? "cost" : "share", type: "quantitative", scale: { zero: !byCost },
    title: byCost ? "expected cost of a row" : "share of rows that the second model answers",
  };
  const y = { field: "accuracy", type: "quantitative", scale: { zero: false }, title: "accuracy" };
  const tooltip = [{ field: "share", title: "share of rows", format: ".3f" },
    ...(byCost ? [{ field: "cost", format: ".4g" }] : []), { field: "accuracy", format: ".4f" },
    { field: "low", format: ".4f" }, { field: "high", format: ".4f" }];
  return () => ({
    description: "Accuracy of each rule of the cascade, with intervals",
    width: "container", height: 300,
    data: { values: points },
    layer: [
      {
        mark: { type: "area", color: colour("accent"), opacity: 0.12 },
        encoding: { x, y: { ...y, field: "low" }, y2: { field: "high" } },
      },
      { mark: { type: "line", color: colour("accent"), strokeWidth: 1.5 }, encoding: { x, y } },
      {
        mark: { type: "point", filled: true, opacity: 1 },
        encoding: {
          x, y, tooltip,
          size: { condition: { test: "datum.chosen", value: 160 }, value: 36 },
          color: {
            field: "efficient", type: "nominal", legend: null,
            scale: { domain: [true, false], range: [colour("accent"), colour("muted")] },
          },
        },
      },
    ],
  });
}
