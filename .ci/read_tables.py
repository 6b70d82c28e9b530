"""Reads every table of a store without Spark, and holds it to what the tables promise.

    read_tables.py STORE TABLES [--whole] [--readers]

STORE is the folder of the tables, TABLES a file with the output of `pigeonhole tables`: names, keys, columns and comments
are taken from there, so that what is documented is what is checked. --whole: the store was filled by one `run` of one
configuration that succeeded, so its tables must also agree with each other row by row. --readers: DuckDB and Polars must read
the same rows.
"""

import argparse
import re
import sys
from pathlib import Path

import delta_tables
import pandas as pd
import pyarrow as pa
from deltalake import DeltaTable

KEY = ["model", "version", "split", "slice", "level"]
# a good model may have no classes that are mostly confused with each other
MAY_BE_EMPTY = {"rejects", "evaluation_clusters"}
# written where the configuration asks for them, or by jobs of their own, which a run of a pipeline does not begin
MAY_BE_ABSENT = {"trials", "training_history", "cascade_frontier", "rules", "calibrations", "conformal", "unknown_thresholds", "evaluation_costs", "evaluation_sets", "evaluation_unknown", "evaluation_coverage", "evaluation_deciders", "comparisons", "drift", "proposed_classes", "proposed_members", "gates", "forgotten", "source_columns", "source_positions", "embeddings"}
# equal rows of a source may be rejected alike; runs tells how many
MAY_REPEAT = {"rejects"}
TOLERANCE = 1e-9

failures = []
checks = 0


def check(holds, statement):
    """Counts a statement, and keeps it for the end where it does not hold."""
    global checks
    checks += 1
    if not holds:
        failures.append(statement)
        print(f"  FAILED: {statement}")


def documented(file):
    """Table to (key, {column: comment}), from the output of `pigeonhole tables`."""
    tables = {}
    for line in Path(file).read_text(encoding="utf-8").splitlines():
        head = re.fullmatch(r"(\w+): .* \(([\w, ]+)\)", line)
        column = re.fullmatch(r"  (\w+) +(\S+) +(\S.*)", line)
        if head:
            columns = {}
            tables[head.group(1)] = (head.group(2).split(", "), columns)
        elif column and not line.startswith("  always:"):
            columns[column.group(1)] = column.group(3)
    return tables


def nested_fields(kind):
    """The fields of a type, at any depth."""
    if hasattr(kind, "fields"):
        for field in kind.fields:
            yield field
            yield from nested_fields(field.type)
    elif hasattr(kind, "element_type"):
        yield from nested_fields(kind.element_type)


def check_schema(name, delta, columns):
    protocol = delta.protocol()
    check(protocol.min_reader_version == 1, f"{name}: any reader may open it (reader version 1)")
    check(not protocol.reader_features, f"{name}: no reader features, as deletion vectors would be one")
    comments = {field.name: field.metadata.get("comment", "") for field in delta.schema().fields}
    for column, comment in columns.items():
        check(comments.get(column) == comment, f"{name}.{column}: is there, with the comment that `tables` prints")
    for column, comment in comments.items():
        check(comment.strip() != "", f"{name}.{column}: has a comment")
    for field in delta.schema().fields:
        for nested in nested_fields(field.type):
            check(nested.metadata.get("comment", "") != "", f"{name}.{field.name}.{nested.name}: has a comment")
        check(
            not re.search("timestamp_ntz|variant|MapType", str(field.type)),
            f"{name}.{field.name}: is of a type that every reader knows, not {field.type}",
        )


def check_times(name, table):
    for field in table.schema:
        if pa.types.is_timestamp(field.type):
            check(field.type.tz == "UTC", f"{name}.{field.name}: is in UTC, not {field.type.tz}")
            values = pd.Series(table[field.name].to_pandas()).dropna()
            whole = values.dt.floor("ms") == values
            check(whole.all(), f"{name}.{field.name}: has no more than milliseconds")


def check_key(name, key, frame):
    if name not in MAY_REPEAT:
        repeated = int(frame.duplicated(subset=key).sum())
        check(repeated == 0, f"{name}: ({', '.join(key)}) names one row; {repeated} are repeated")


def check_readers(name, folder, table):
    """DuckDB's own reader of Delta and that of Polars find the rows that deltalake finds."""
    import polars

    engine = delta_tables.duckdb()
    engine.register("ours", table)
    engine.register("of_polars", polars.read_delta(str(folder)).to_arrow())
    for reader, rows in (("DuckDB", f"delta_scan('{folder.resolve()}')"), ("Polars", "of_polars")):
        apart = engine.execute(
            f"SELECT (SELECT count(*) FROM (FROM {rows} EXCEPT ALL FROM ours))"
            f" + (SELECT count(*) FROM (FROM ours EXCEPT ALL FROM {rows}))"
        ).fetchone()[0]
        check(apart == 0, f"{name}: {reader} reads the same rows as deltalake; {apart} are not the same")


def within(frame, value, low, high, context):
    rows = frame[frame[value].notna()]
    inside = (rows[low] <= rows[value] + TOLERANCE) & (rows[value] <= rows[high] + TOLERANCE)
    check(inside.all(), f"{context}: {low} <= {value} <= {high}; not so in {int((~inside).sum())} rows")


def equal(left, right):
    """Whether two series have the same index and, but for rounding, the same values; a missing row counts as 0."""
    left, right = left.align(right, fill_value=0)
    return bool(((left - right).abs() <= TOLERANCE).all())


def check_trials(frame):
    within(frame, "value", "low", "high", "trials")
    picked = frame.groupby(["model", "version"])["picked"].sum()
    check((picked == 1).all(), "trials: one setting is picked for each version")


def check_calibrations(frame):
    within(frame, "before", "before_low", "before_high", "calibrations")
    within(frame, "after", "after_low", "after_high", "calibrations")
    within(frame, "difference", "difference_low", "difference_high", "calibrations")
    apart = (frame.after - frame.before - frame.difference).abs()
    check((apart <= TOLERANCE).all(), "calibrations: difference is after less before")
    picked = frame[frame.picked].groupby(["model", "version", "node", "metric"], dropna=False).size()
    check((picked == 1).all(), "calibrations: one method is picked at each node")


def check_comparisons(frame):
    within(frame, "difference", "low", "high", "comparisons")
    apart = (frame.value - frame.base_value - frame.difference).abs()
    check((apart <= TOLERANCE).all(), "comparisons: difference is value less base_value")
    told = frame[frame.verdict.isin(["better", "worse"])]
    downwards = told.metric.isin(["log_loss", "expected_calibration_error"])
    check((((told.difference > 0) != downwards) == (told.verdict == "better")).all(), "comparisons: better is better")


def check_gates(frame):
    within(frame, "value", "low", "high", "gates")
    check(frame.value.notna().where(frame.verdict != "not_enough_data", True).all(), "gates: a verdict has its figures")


def check_runs(frames):
    runs = frames["runs"]
    check((runs.status == "done").all(), "runs: every run is done")
    check((runs.ended_at >= runs.started_at).all(), "runs: no run ends before it starts")
    known = set(runs.run_id)
    for name, frame in frames.items():
        check(set(frame.run_id) <= known, f"{name}: every row names a run that is in runs")
    upstream = {run for many in runs.upstream for run in many}
    check(upstream <= known, "runs: every upstream run is in runs")


def check_run_phases(frames):
    runs, phases = frames["runs"].set_index("run_id"), frames["run_phases"]
    check(set(phases.run_id) == set(runs.index), "run_phases: every run has its phases")
    seconds = phases.groupby("run_id").seconds.sum()
    check((seconds <= runs.seconds.reindex(seconds.index) + TOLERANCE).all(), "run_phases: a run's take no longer than it")
    scored = phases[phases.job == "score"].groupby("run_id").rows_written.sum()
    check((scored >= frames["predictions"].groupby("run_id").size()).all(), "run_phases: score wrote its predictions")


def check_examples(frames):
    examples, splits, classes = frames["examples"], frames["splits"], frames["classes"]
    dealt = set(splits.example_id)
    labelled = examples[examples.label.notna()]
    check(set(labelled.example_id) <= dealt, "splits: every labelled example has a split")
    check(dealt <= set(examples.example_id), "splits: nothing but examples has a split")
    divided = frames["class_splits"].set_index("label")
    counts = splits.groupby(["label", "split"]).size()
    check(
        set(divided.index) == set(splits.label)
        and all(divided.loc[label, split] == rows for (label, split), rows in counts.items())
        and divided[["train", "validation", "test"]].sum().sum() == len(splits),
        "class_splits: the rows of each class are those of its splits",
    )
    check(set(labelled.label) <= set(classes.label), "classes: every label is a class")
    check(classes.class_id.is_unique, "classes: an id names one class")
    extract = frames["runs"].query("job == 'extract'").iloc[0]
    figures = {figure["name"]: int(figure["value"]) for figure in extract.figures}
    check(
        figures["rows_read"] == figures["rows_accepted"] + figures["rows_rejected"] + figures["rows_collapsed"],
        "runs: every row read was accepted, rejected or collapsed into an equal one",
    )
    check(len(examples) == figures["rows_accepted"], "examples: every accepted row is there")
    check(len(frames["rejects"]) == figures["rows_rejected"], "rejects: every rejected row is there")
    return figures


def check_predictions(frames):
    predictions, splits, models = frames["predictions"], frames["splits"], frames["models"]
    calibrated = models[models.base_version.notna()]
    replaced = set(zip(calibrated.model, calibrated.base_version.astype(int)))
    versions, scored = set(zip(models.model, models.version)), set(zip(predictions.model, predictions.version))
    check(scored <= versions, "predictions: what was scored is a model version")
    check(
        versions - replaced <= scored,
        "predictions: every model version was scored; only one that a calibrated one took the place of need not be",
    )
    for (model, version, split), rows in predictions.groupby(["model", "version", "split"]):
        expected = set(splits[splits.split == split].example_id)
        check(set(rows.example_id) == expected, f"predictions: {model} {version} scored all of {split}")
    check(set(predictions.split) == {"validation", "test"}, "predictions: validation and test were scored")
    refitted = models[models.trained_on == "train_and_validation"]
    held_out = predictions[predictions.split != "validation"]
    of_refitted = predictions.merge(refitted[["model", "version"]], on=["model", "version"])
    check(len(of_refitted) == len(held_out.merge(refitted[["model", "version"]], on=["model", "version"])),
        "predictions: no version that was trained on validation scored it")
    first = predictions.top_k.map(lambda top: top[0])
    check((first.map(lambda top: top["label"]) == predictions.predicted).all(), "predictions: top_k begins with predicted")
    check(
        ((first.map(lambda top: top["probability"]) - predictions.confidence).abs() <= TOLERANCE).all(),
        "predictions: top_k begins with the confidence",
    )
    probable = predictions.probabilities.map(lambda listed: [entry["probability"] for entry in listed])
    check(probable.map(lambda p: p == sorted(p, reverse=True)).all(), "predictions: probabilities fall")
    check((probable.map(sum) <= 1 + TOLERANCE).all(), "predictions: probabilities add up to no more than 1")
    check(
        (probable.map(min) >= predictions.unlisted_probability).all(),
        "predictions: no probability left out exceeds one that is listed",
    )
    sums = predictions.top_k.map(lambda top: sum(entry["probability"] for entry in top))
    check((sums <= 1 + TOLERANCE).all(), "predictions: probabilities of top_k add up to no more than 1")


def check_evaluation(frames):
    summary, per_class = frames["evaluation_summary"], frames["evaluation_per_class"]
    confusion, calibration = frames["evaluation_confusion"], frames["evaluation_calibration"]
    within(summary, "value", "low", "high", "evaluation_summary")
    for rate in ("precision", "recall", "f1"):
        within(per_class, rate, f"{rate}_low", f"{rate}_high", "evaluation_per_class")
    for figure in ("roc_auc", "average_precision", "brier", "calibration_error"):
        within(per_class, figure, f"{figure}_low", f"{figure}_high", "evaluation_per_class")
    within(confusion, "rate", "rate_low", "rate_high", "evaluation_confusion")
    within(calibration, "accuracy", "accuracy_low", "accuracy_high", "evaluation_calibration")

    metrics = summary.pivot(index=KEY, columns="metric", values="value")
    totals = per_class.groupby(KEY)[["support", "predicted", "tp"]].sum()
    check(set(metrics.index) == set(totals.index), "evaluation: summary and per_class are about the same splits and levels")
    check(equal(metrics.micro_f1, metrics.accuracy), "evaluation_summary: micro F1 is the accuracy")
    check(equal(metrics.accuracy, totals.tp / totals.support), "evaluation_summary: accuracy is what the classes add up to")
    check(equal(metrics.macro_f1, per_class.groupby(KEY).f1.mean()), "evaluation_summary: macro F1 is the classes' mean")
    check(equal(metrics.labelled, totals.support), "evaluation_per_class: supports add up to the labelled rows")
    check(equal(totals.predicted, totals.support), "evaluation_per_class: each row is predicted to be of one class")

    by_class = per_class.set_index(KEY + ["label"])
    named = KEY + ["label"]
    of_true = confusion.rename(columns={"true_label": "label"}).groupby(named)["count"].sum()
    of_predicted = confusion.rename(columns={"predicted_label": "label"}).groupby(named)["count"].sum()
    right = confusion[confusion.true_label == confusion.predicted_label].rename(columns={"true_label": "label"})
    check(equal(of_true, by_class.support), "evaluation_confusion: adds up to each class's support")
    check(equal(of_predicted, by_class.predicted), "evaluation_confusion: adds up to what was predicted of each class")
    check(equal(right.groupby(named)["count"].sum(), by_class.tp), "evaluation_confusion: its diagonal is tp")

    held = calibration.fillna({"label": "(all)"}).groupby(KEY + ["binning", "label"])["count"].sum()
    rows = metrics.labelled.reindex(held.index.droplevel(["binning", "label"]))
    check((held.to_numpy() == rows.to_numpy()).all(), "evaluation_calibration: the bins of each class hold all labelled rows")
    overall = held.xs("(all)", level="label").index.droplevel("binning").value_counts()
    check(set(overall.index) == set(metrics.index), "evaluation_calibration: every split, slice and level has its bins")
    check((overall == 2).all(), "evaluation_calibration: bins are of equal width, and of equal mass too")

    check_curves(frames["evaluation_curves"], per_class)
    check_thresholds(frames["thresholds"], by_class)

    leaves = frames["predictions"].dropna(subset="label")
    scored = leaves.assign(right=leaves.label == leaves.predicted).groupby(["model", "version", "split"]).right.mean()
    at_leaf = metrics.accuracy.xs("leaf", level="level").xs("all", level="slice")
    check(equal(scored, at_leaf), "evaluation_summary: accuracy is what the predictions say")


def check_curves(curves, per_class):
    for rate in ("precision", "recall", "false_positive_rate"):
        within(curves, rate, f"{rate}_low", f"{rate}_high", "evaluation_curves")
    ordered = curves.sort_values(KEY + ["label", "threshold"], ascending=[True] * 6 + [False])
    steps = ordered.groupby(KEY + ["label"])[["tp", "fp"]].diff().fillna(0)
    check((steps >= 0).all().all(), "evaluation_curves: lower thresholds hold no fewer rows")
    drawn = curves.groupby(KEY + ["label"])[["positives", "negatives"]].first()
    classes = per_class.set_index(KEY + ["label"]).support
    check(equal(drawn.positives, classes.reindex(drawn.index)), "evaluation_curves: positives are the class's support")
    whole = per_class[(per_class.slice == "all") & (per_class.support > 0)]
    check(whole.average_precision.notna().all(), "evaluation_per_class: every class with rows has an average precision")


def check_thresholds(thresholds, by_class):
    for figure in ("precision", "recall", "f1", "cost"):
        within(thresholds, figure, f"{figure}_low", f"{figure}_high", "thresholds")
    support = by_class.support.reindex(pd.MultiIndex.from_frame(thresholds[KEY + ["label"]]))
    check((support.to_numpy() == thresholds.support.to_numpy()).all(), "thresholds: supports are those of the classes")
    chosen = thresholds.groupby(["model", "version", "level", "label", "criterion"]).threshold.nunique(dropna=False)
    check((chosen == 1).all(), "thresholds: a class has the same one in every split")


def main():
    arguments = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    arguments.add_argument("store", type=Path)
    arguments.add_argument("tables")
    arguments.add_argument("--whole", action="store_true")
    arguments.add_argument("--readers", action="store_true")
    options = arguments.parse_args()
    frames = {}
    tables = documented(options.tables)
    check(len(tables) >= 20, f"`pigeonhole tables` prints the tables; {len(tables)} found")
    for name, (key, columns) in tables.items():
        if name in MAY_BE_ABSENT and not DeltaTable.is_deltatable(str(options.store / name)):
            print(f"  {name}: not there")
            continue
        delta = DeltaTable(str(options.store / name))
        check_schema(name, delta, columns)
        table = delta_tables.rows(delta)
        check_times(name, table)
        if options.readers:
            check_readers(name, options.store / name, table)
        frames[name] = table.to_pandas()
        check(len(frames[name]) > 0 or name in MAY_BE_EMPTY, f"{name}: has rows")
        check_key(name, key, frames[name])
        print(f"  {name}: version {delta.version()}, {len(frames[name]):,} rows, {len(delta.schema().fields)} columns")
    own_checks = {"trials": check_trials, "calibrations": check_calibrations, "comparisons": check_comparisons, "gates": check_gates}
    for name, check_own in own_checks.items():
        if name in frames:
            check_own(frames[name])
    if options.whole:
        check_runs(frames)
        check_run_phases(frames)
        check_examples(frames)
        check_predictions(frames)
        check_evaluation(frames)
    print(f"  {checks - len(failures)} of {checks} checks hold, read without Spark by deltalake{', DuckDB and Polars' if options.readers else ''}")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
