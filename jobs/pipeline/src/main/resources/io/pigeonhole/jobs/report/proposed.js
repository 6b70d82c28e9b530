"use strict";

// Classes that discover proposes for rows of no known class.

function proposedSection() {
  const { split, clusters, classes } = data.proposed;
  return section("proposed", "Proposed classes",
    `What ${classes.length} of ${clusters} clusters of rows of no known class may be, by the latest discover, on split ${split}. `
      + "Names are suggestions. The example is the row nearest to the centre of its cluster.",
    table("Proposed classes",
      [{ text: "Cluster", right: true }, "Name", { text: "Rows", right: true }, "Stability", "Typical terms", "Example",
        "Nearest class"],
      classes.map((row) => [String(row.cluster), row.name, format.count(row.rows), rateCell(row.stability), row.terms.join(", "),
        row.text ?? row.example_id ?? "–", `${row.nearest_class} (${format.share(row.nearest_share)})`])));
}
