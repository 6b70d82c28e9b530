"use strict";

// The sections that need little: summary, calibration, curves, slices, verdicts, lineage.

const HEADLINES = ["accuracy", "macro_f1", "log_loss", "expected_calibration_error"];
/** Metrics whose values need not lie between 0 and 1. */
const UNBOUNDED = ["log_loss", "labelled", "unlabelled", "mcc", "cohen_kappa"];
const COUNTS = ["labelled", "unlabelled"];

function summarySection() {
  const all = figures("leaf");
  const tiles = h("dl", { class: "tiles" }, HEADLINES.filter((name) => all.has(name)).map((name) => {
    const { value, low, high } = all.get(name);
    return h("div", { class: "tile" }, h("dt", {}, format.name(name)),
      h("dd", {}, h("span", { class: "value" }, format.rate(value)), " ",
        h("span", { class: "interval" }, format.interval(low, high)),
        UNBOUNDED.includes(name) ? null : strip(value, low, high)));
  }));
  const holder = h("div", { class: "all-figures" });
  const names = [...new Set(data.summary.map((row) => row.level))];
  const show = (level) => holder.replaceChildren(metricTable(level));
  show("leaf");
  return section("summary", "Summary",
    `Figures with intervals at ${data.confidence_level * 100} % confidence, as configured now.`,
    tiles,
    data.gain_over_prior ? gainOverPrior(data.gain_over_prior) : null,
    data.models.length > 1 ? [h("h3", {}, "Models on this split"), modelTable()] : null,
    h("h3", {}, "All figures"),
    names.length > 1 ? h("div", { class: "controls" },
      choice("Level", names.map((level) => [level, format.level(level)]), "leaf", show)) : null,
    holder);
}

/** How much better the version is than one that looks at no feature. */
function gainOverPrior({ model, version, gains }) {
  const text = Object.entries(gains).map(([name, value]) =>
    `${format.name(name)} ${value < 0 ? "" : "+"}${format.rate(value)}`).join(", ");
  return h("p", { class: "gain" }, `Gain over prior ${model} ${version}: ${text}`);
}

function modelTable() {
  return table("Headline figures of each model", ["Model", { text: "Version", right: true },
    ...HEADLINES.map((name) => format.name(name))],
  data.models.map(({ model, version, figures: rows }) => {
    const of = new Map(rows.map((row) => [row.metric, row]));
    return [model === data.model ? h("strong", {}, model) : model, String(version), ...HEADLINES.map((name) => {
      const figure = of.get(name);
      return h("td", {}, figure ? `${format.rate(figure.value)} ` : "–",
        figure ? h("span", { class: "interval" }, format.interval(figure.low, figure.high)) : null);
    })];
  }));
}

/** Headlines first, then by name, counts last. */
function inOrder(rows) {
  const rank = ({ metric }) => (COUNTS.includes(metric) ? 99 : (HEADLINES.indexOf(metric) + 50) % 50);
  return rows.sort((a, b) => rank(a) - rank(b) || a.metric.localeCompare(b.metric));
}

function metricTable(level) {
  return table(`All figures, ${format.level(level)}`,
    ["Figure", { text: "Value", right: true }, "Interval", "", { text: "Rows", right: true }, "Method"],
    inOrder([...figures(level).values()]).map(({ metric, value, low, high, support, method }) => {
      const isCount = COUNTS.includes(metric);
      return [format.name(metric), isCount ? format.count(value) : value.toFixed(4),
        h("td", { class: "interval" }, isCount ? "" : format.interval(low, high, 4)),
        h("td", {}, UNBOUNDED.includes(metric) ? null : strip(value, low, high)),
        format.count(support), method];
    }));
}

/** Classes that a part of the data holds, by their labels. */
function places(part) {
  return Object.keys(part).filter((key) => key !== "all" && leaves[key])
    .sort((a, b) => leaves[a].label.localeCompare(leaves[b].label));
}

function calibrationSection() {
  const keys = [...(data.calibration.all ? ["all"] : []), ...places(data.calibration)];
  const holder = h("div", { class: "pair" });
  const name = (key) => (key === "all" ? "all classes" : leaves[key].label);
  const show = (key) => holder.replaceChildren(
    figure("Points are bins of confidence with the interval of their accuracy; on the dashed line, confidence is what it "
      + "says.", reliabilitySpec(data.calibration[key], name(key))),
    table(`Bins of confidence, ${name(key)}`,
      ["Confidence", { text: "Rows", right: true }, { text: "Mean", right: true }, "Accuracy"],
      data.calibration[key].map(([from, to, count, confidence, accuracy, low, high]) =>
        [`${from.toFixed(2)} to ${to.toFixed(2)}`, format.count(count), format.rate(confidence),
          rateCell(accuracy, low, high)])));
  show(keys[0]);
  return section("calibration", "Calibration",
    "How often predictions of a confidence were right. Below the line the model is surer than it should be.",
    keys.length > 1 ? h("div", { class: "controls" }, choice("Of", keys.map((key) => [key, name(key)]), keys[0], show))
      : null,
    holder);
}

function curvesSection() {
  const keys = places(data.curves);
  const holder = h("div", { class: "pair" });
  const show = (key) => holder.replaceChildren(
    figure("Precision at each recall", curveSpec(data.curves, key, { field: "recall", title: "recall" },
      { field: "precision", title: "precision" })),
    figure("ROC: rows found at each rate of false alarms", curveSpec(data.curves, key,
      { field: "fpr", title: "false positive rate" }, { field: "tpr", title: "true positive rate" })));
  const first = keys.reduce((worst, key) => (leaves[key].f1 < leaves[worst].f1 ? key : worst));
  show(first);
  return section("curves", "Curves", "One class against the rest at every threshold, for the critical, the weakest, the "
    + "most confused and the largest classes; the others stay grey behind it.",
  h("div", { class: "controls" }, choice("Class", keys.map((key) => [key, leaves[key].label]), first, show)), holder);
}

function slicesSection() {
  const { figures: rows, cells } = data.slices;
  const metrics = [...new Set(rows.map((row) => row.metric))];
  const holder = h("div");
  const show = (metric) => {
    const shown = rows.filter((row) => row.metric === metric);
    holder.replaceChildren(figure(`${format.name(metric)} of each slice; the dashed line is the whole split.`,
      sliceSpec(shown.slice(0, 60), figures("leaf").get(metric), format.name(metric))),
    table(`${format.name(metric)} of each slice`, ["Slice", { text: "Rows", right: true }, { text: "Value", right: true },
      "Interval"],
    shown.map(({ slice, support, value, low, high }) => [slice, format.count(support), format.rate(value),
      h("td", { class: "interval" }, format.interval(low, high))])));
  };
  if (metrics.length) {
    show(metrics[0]);
  }
  return section("slices", "Slices", "The same figures for parts of the split.",
    metrics.length > 1 ? h("div", { class: "controls" },
      choice("Figure", metrics.map((metric) => [metric, format.name(metric)]), metrics[0], show)) : null,
    holder,
    cells.length ? [h("h3", {}, "Classes that do worse in a slice"),
      h("p", { class: "lead" }, "They are recognised less often in the slice than outside it (Fisher's exact test). Of these "
        + "cells at most 5 % are expected to stand here by chance."),
      table("Classes that do worse in a slice", ["Class", "Slice", { text: "Rows", right: true }, "Recall in the slice",
        { text: "Recall of the class", right: true }, { text: "Adjusted p", right: true }],
      cells.map((cell) => [cell.label, cell.slice, format.count(cell.support),
        rateCell(cell.recall, cell.recall_low, cell.recall_high), format.rate(cell.class_recall),
        cell.slice_q_value.toPrecision(2)]))] : null);
}

const VERDICTS = { pass: "good", better: "good", fail: "bad", worse: "bad" };
/** Most rows of verdicts on the page. */
const MOST_VERDICTS = 200;

function rowsOf({ columns, rows }) {
  return rows.map((cells) => Object.fromEntries(columns.map((name, i) => [name, cells[i]])));
}

function verdict(code) {
  return h("td", { class: "line" }, h("strong", { class: VERDICTS[code] ?? null }, code.replaceAll("_", " ")));
}

function tally(rows) {
  const counts = new Map();
  rows.forEach((row) => counts.set(row.verdict, (counts.get(row.verdict) ?? 0) + 1));
  return h("p", {}, [...counts].map(([code, count]) => `${format.count(count)} ${code.replaceAll("_", " ")}`).join(" · "));
}

/** A figure with its interval; differences show their sign. */
function bounded(value, low, high, isDifference) {
  const text = value === null ? "–" : isDifference && value > 0 ? `+${format.rate(value)}` : format.rate(value);
  return h("td", {}, `${text} `, h("span", { class: "interval" }, format.interval(low, high)));
}

function cut(rows) {
  return rows.length > MOST_VERDICTS
    ? h("p", { class: "lead" }, `The first ${MOST_VERDICTS} of ${format.count(rows.length)}; the table has all.`) : null;
}

function gatesSection() {
  const rows = rowsOf(data.gates);
  return section("gates", "Gates", "What must hold before this version is promoted, what failed first.", tally(rows),
    table("Gates", ["Statement", "Class", { text: "Bound", right: true }, "Figure", "Judged on", { text: "Rows", right: true },
      { text: "Rows needed", right: true }, "Verdict"],
    rows.slice(0, MOST_VERDICTS).map((row) => [h("code", {}, row.statement), row.label ?? "all classes",
      format.rate(row.bound), bounded(row.value, row.low, row.high), row.judged_on, format.count(row.support),
      format.count(row.rows_needed), verdict(row.verdict)])), cut(rows));
}

function comparisonsSection() {
  const all = rowsOf(data.comparisons);
  const bases = [...new Set(all.map((row) => `${row.base_model} ${row.base_version} on ${row.base_split}`))];
  const metrics = [...new Set(all.map((row) => row.metric))];
  const levels = [...new Set(all.map((row) => row.level))];
  const view = { base: bases[0], level: levels.includes("leaf") ? "leaf" : levels[0], metric: "" };
  const holder = h("div");
  const show = () => {
    const rows = all.filter((row) => `${row.base_model} ${row.base_version} on ${row.base_split}` === view.base
      && row.level === view.level && (!view.metric || row.metric === view.metric));
    holder.replaceChildren(tally(rows), table("Differences",
      ["Class", "Figure", { text: "Rows", right: true }, { text: "Before", right: true }, { text: "Now", right: true },
        "Difference", { text: "Adjusted p", right: true }, "Verdict"],
      rows.slice(0, MOST_VERDICTS).map((row) => [row.label ?? "all classes", format.name(row.metric),
        format.count(row.support), format.rate(row.base_value), format.rate(row.value),
        bounded(row.difference, row.low, row.high, true), format.rate(row.p_adjusted), verdict(row.verdict)])),
    cut(rows) ?? "");
  };
  const changed = (key) => (value) => { view[key] = value; show(); };
  show();
  return section("comparisons", "Comparison", "This version against another one; what became worse first.",
    h("div", { class: "controls" },
      choice("Against", bases.map((base) => [base, base]), view.base, changed("base")),
      levels.length > 1
        ? choice("Level", levels.map((level) => [level, format.level(level)]), view.level, changed("level")) : null,
      choice("Figure", [["", "all"], ...metrics.map((metric) => [metric, format.name(metric)])], "", changed("metric"))),
    holder);
}

/** What each budget of a cascade buys, and who answered how many rows. */
function cascadeSection() {
  const { points, answered } = data.cascade;
  const chosen = points.find((point) => point.chosen);
  const total = Object.values(answered).reduce((sum, rows) => sum + rows, 0);
  return section("cascade", "Cascade",
    `The second model answers ${format.share(chosen.share)} of the rows. With ${chosen.confidence * 100} % confidence, the `
      + `accuracy is above ${chosen.certified.toFixed(4)}: ${format.count(chosen.support)} validation rows that chose no rule say so.`,
    h("div", { class: "pair" },
      figure("The large point is the chosen rule; grey ones cost more than a rule that is as accurate.", frontierSpec(points)),
      table("Rows of this split by the model that answered", ["Model", { text: "Rows", right: true }, { text: "Share", right: true }],
        Object.entries(answered).map(([name, rows]) => [name, format.count(rows), format.share(rows / total)]))));
}

function lineageSection() {
  const { model, runs } = data.lineage;
  const facts = [];
  const add = (term, value) => value !== null && value !== undefined && facts.push(h("dt", {}, term),
    h("dd", {}, h("code", {}, String(value))));
  const last = runs[runs.length - 1];
  model.forEach((row) => {
    add("Trainer", row.trainer);
    add("Stage", row.stage);
    add("Trained", format.time(row.trained_at));
    add("Artifact", row.artifact);
    add("SHA-256", row.sha256);
    add("Fingerprint", row.fingerprint);
  });
  add("Code version", last?.code_version);
  add("Seed", last?.seed);
  add("Environment", last?.environment);
  const versions = (list) => (list ?? []).map(({ name, version }) => (version === null ? name : `${name}@${version}`))
    .join(", ") || "–";
  return section("lineage", "Lineage",
    "Every run that these figures build on, with the versions of the tables that it read and wrote.",
    h("dl", { class: "facts" }, facts),
    table("Runs", ["Run", "Status", "Read", "Wrote", "Configuration", "Started", { text: "Seconds", right: true }],
      runs.map((run) => [h("code", {}, run.run_id), run.status, versions(run.inputs), versions(run.outputs),
        h("td", { title: run.configuration_hash }, h("code", {}, run.configuration_hash.slice(0, 12))),
        h("td", { class: "line" }, format.time(run.started_at)), run.seconds === null ? "–" : run.seconds.toFixed(1)])));
}
