"""Trees of XGBoost and scikit-learn on the rows and splits of a store: trees.py STORE KIND [PARAMETER=VALUE ...].

STORE is the root of a store that conf/rodents-trees.conf filled, or another one of numbers and categories. KIND is xgboost or
forest; parameters are those of XGBClassifier or RandomForestClassifier. Features are those of the project's defaults: categories
one-hot, missing numbers as the mean beside an indicator. It prints accuracy and macro F1 on validation and test and the seconds
of the fit, beside the seconds of the phase "fitting the classifier" of each model of the store.
"""
import json
import sys
import time

import numpy
from deltalake import DeltaTable
from sklearn.metrics import accuracy_score, f1_score

NOT_FEATURES = {"example_id", "label", "path", "source", "event_time", "split", "run_id", "since_run", "label_time", "weight"}


def frame(store, table):
    return DeltaTable(f"{store}/{table}").to_pandas()


def rows(store):
    """Matrices and labels by split."""
    examples, splits = frame(store, "examples"), frame(store, "splits")
    joined = splits[["example_id", "split", "label"]].merge(
        examples.drop(columns=[name for name in ("split", "label") if name in examples]), on="example_id")
    joined = joined[joined.label.notna()].sort_values("example_id")
    train = joined[joined.split == "train"]
    columns = []
    for name in sorted(set(joined.columns) - NOT_FEATURES):
        values = joined[name]
        if values.dtype.kind in "fiu" and values.nunique() > 100:
            mean = train[name].mean()
            columns.append(values.fillna(mean).to_numpy(float))
            if values.isna().any():
                columns.append(values.isna().to_numpy(float))
        elif values.dtype.kind in "fiu" and not values.isna().any() and len(sys.argv) > 2 and "numbers=true" in sys.argv:
            columns.append(values.to_numpy(float))
        elif not isinstance(values.iloc[0], (list, dict, numpy.ndarray)):
            texts = values.map(lambda value: str(value) if value == value and value is not None else "")
            for category in sorted(set(texts[joined.split == "train"])):
                columns.append((texts == category).to_numpy(float))
    matrix = numpy.column_stack(columns).astype("float32")
    return {split: (matrix[(joined.split == split).to_numpy()], joined[joined.split == split].label.to_numpy())
            for split in ("train", "validation", "test")}


def classifier(kind, parameters):
    if kind == "xgboost":
        from xgboost import XGBClassifier
        return XGBClassifier(tree_method="hist", n_jobs=int(parameters.pop("n_jobs", 1)), **parameters)
    from sklearn.ensemble import RandomForestClassifier
    return RandomForestClassifier(n_jobs=int(parameters.pop("n_jobs", 1)), random_state=42, **parameters)


def value(text):
    try:
        return json.loads(text)
    except ValueError:
        return text


def main():
    store, kind, *settings = sys.argv[1:]
    parameters = {name: value(text) for name, text in (each.split("=") for each in settings) if name != "numbers"}
    splits = rows(store)
    matrix, labels = splits["train"]
    names, indices = numpy.unique(labels, return_inverse=True)
    model = classifier(kind, dict(parameters))
    start = time.perf_counter()
    model.fit(matrix, indices)
    result = {"contender": kind, "parameters": parameters, "seconds": time.perf_counter() - start,
              "rows": len(labels), "features": matrix.shape[1], "classes": len(names)}
    for split in ("validation", "test"):
        predicted = names[model.predict(splits[split][0])]
        result[f"{split}_accuracy"] = accuracy_score(splits[split][1], predicted)
        # as the project's: the mean over the classes of the split
        result[f"{split}_macro_f1"] = f1_score(
            splits[split][1], predicted, average="macro", labels=numpy.unique(splits[split][1]))
    print(json.dumps(result))


def project(store):
    runs, phases, summary = frame(store, "runs"), frame(store, "run_phases"), frame(store, "evaluation_summary")
    for run in runs[runs.job == "train"].itertuples():
        fit = phases[(phases.run_id == run.run_id) & (phases.phase == "fitting the classifier")]
        figures = summary[(summary.model == run.subject) & (summary.slice == "all") & (summary.level == "leaf")
                          & summary.metric.isin(["accuracy", "macro_f1"])]
        print(json.dumps({"contender": run.subject, "seconds": float(fit.seconds.sum()) if len(fit) else None}
                         | {f"{row.split}_{row.metric}": row.value for row in figures.itertuples()}))


if __name__ == "__main__":
    if sys.argv[2] == "project":
        project(sys.argv[1])
    else:
        main()
