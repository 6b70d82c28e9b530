"use strict";

// Rows of no class: what the decision "unknown" finds and costs.

function unknownSection() {
  const { figures: rows, coverage } = data.unknown;
  const judged = coverage.some((point) => point.unknown_recall !== null && point.in_scope_loss !== null);
  return section("unknown", "Unknown rows",
    "Rows of none of the classes, and what it costs the rows of the classes to find them.",
    rows.length ? table("Figures of unknown rows",
      ["Figure", { text: "Value", right: true }, "Interval", "", { text: "Rows", right: true }, "Method"],
      rows.map(({ metric, value, low, high, support, method }) => [format.name(metric), value.toFixed(4),
        h("td", { class: "interval" }, format.interval(low, high, 4)), h("td", {}, strip(value, low, high)),
        format.count(support), method])) : null,
    coverage.length ? h("div", { class: "pair" },
      figure("Risk: the share of wrong decisions, if only so many rows are decided for a class and all others are unknown; "
        + "the band is its interval.", riskSpec(coverage)),
      judged ? figure("Unknown rows found at each share of the rows of classes that is lost.", lossSpec(coverage)) : null)
      : null);
}

function riskSpec(points) {
  const x = { field: "coverage", type: "quantitative", scale: rateScale, title: "coverage" };
  const tooltip = ["coverage", "risk", "risk_low", "risk_high"].map((field) => ({ field, format: ".3f" }));
  return (width) => ({
    description: `Risk at ${points.length} coverages`,
    width: Math.max(180, Math.min(width, 620) - 70), height: 270,
    data: { values: points },
    layer: [
      { mark: { type: "area", color: colour("accent"), opacity: 0.2 },
        encoding: { x, y: { field: "risk_low", type: "quantitative", title: "risk" }, y2: { field: "risk_high" } } },
      { mark: { type: "line", color: colour("accent"), point: { size: 30, filled: true, color: colour("accent") } },
        encoding: { x, y: { field: "risk", type: "quantitative" }, tooltip } },
    ],
  });
}

function lossSpec(points) {
  const tooltip = ["in_scope_loss", "unknown_recall", "coverage"].map((field) => ({ field, format: ".3f" }));
  return (width) => ({
    description: `Recall of unknown rows at ${points.length} losses`,
    width: Math.max(180, Math.min(width, 620) - 70), height: 270,
    data: { values: points },
    mark: { type: "line", color: colour("accent"), point: { size: 30, filled: true, color: colour("accent") } },
    encoding: {
      x: { field: "in_scope_loss", type: "quantitative", scale: rateScale, title: "rows of classes lost" },
      y: { field: "unknown_recall", type: "quantitative", scale: rateScale, title: "unknown rows found" },
      order: { field: "coverage" }, tooltip,
    },
  });
}
