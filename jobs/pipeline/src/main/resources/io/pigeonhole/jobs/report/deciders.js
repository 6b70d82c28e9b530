"use strict";

// What decided the rows: rules and the model below them, or the models of a cascade.

function decidersSection() {
  const { deciders, rules } = data.deciders;
  return section("deciders", "Who decided",
    "What decided how many rows, and how often rightly; below, each rule alone on validation.",
    table("What decided rows",
      ["Decided by", { text: "Rows", right: true }, { text: "Share", right: true }, { text: "Labelled", right: true },
        "Accuracy"],
      deciders.map((row) => [row.decided_by, format.count(row.decided), row.share.toFixed(4), format.count(row.support),
        rateCell(row.accuracy, row.accuracy_low, row.accuracy_high)])),
    rules.length ? table("Rules on validation",
      ["Rule", "Class", "Condition", "Decides", { text: "Rows", right: true }, "Precision",
        { text: "Conflicts", right: true }],
      rules.map((row) => [`${row.id}@${row.rule_version}`, row.label, row.sql,
        row.binding ? "always" : row.decides ? "if surer" : "never", format.count(row.support),
        rateCell(row.precision, row.low, row.high), format.count(row.conflicts)])) : null);
}
