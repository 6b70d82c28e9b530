"""Trees of XGBoost and scikit-learn on the rows of a store: trees.py CONFIGURATION KIND [PARAMETER=VALUE ...].

CONFIGURATION is a file of src/main/conf, whose store family.py has made or makes. KIND is xgboost or forest; parameters are those
of XGBClassifier or RandomForestClassifier. Features are those of the project's defaults: categories one-hot, missing numbers as the
mean of train beside an indicator.
"""
import sys
import time

import family
import measuring
import numpy as np
import sklearn
import xgboost
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import accuracy_score, f1_score

CATEGORIES = {
    "rodents": ["plot", "month", "sex", "age", "reproductive", "testes", "vagina", "pregnant", "nipples", "lactation"],
    "kdd99": ["protocol", "service", "flag"],
}
NUMBERS = {"rodents": ["hindfoot", "weight_grams"], "kdd99": ["duration", *(f"n{i}" for i in range(4, 41))]}


def matrices(configuration):
    """Matrices and labels by split."""
    store = family.run(configuration)
    examples, splits = family.frame(store, "examples"), family.frame(store, "splits")
    rows = splits[["example_id", "split"]].merge(examples.drop(columns=["split"], errors="ignore"), on="example_id")
    rows = rows[rows.label.notna()].sort_values("example_id")
    train = rows[rows.split == "train"]
    columns = []
    for name in NUMBERS[configuration]:
        values = rows[name].astype(float)
        columns.append(values.fillna(train[name].mean()).to_numpy())
        if values.isna().any():
            columns.append(values.isna().to_numpy(float))
    for name in CATEGORIES[configuration]:
        texts = rows[name].map(lambda value: str(value) if value == value and value is not None else "")
        columns += [(texts == category).to_numpy(float) for category in sorted(set(texts[rows.split == "train"]))]
    matrix = np.column_stack(columns).astype("float32")
    return {split: (matrix[(rows.split == split).to_numpy()], rows[rows.split == split].label.to_numpy())
            for split in ("train", "validation", "test")}


def value(text):
    return float(text) if "." in text else int(text)


def main():
    configuration, kind, *settings = [each for each in sys.argv[1:] if each]
    parameters = {name: value(text) for name, text in (each.split("=") for each in settings)}
    splits = matrices(configuration)
    matrix, labels = splits["train"]
    names, indices = np.unique(labels, return_inverse=True)
    if kind == "xgboost":
        model, version = xgboost.XGBClassifier(tree_method="hist", n_jobs=1, **parameters), f"XGBoost {xgboost.__version__}"
    else:
        model = RandomForestClassifier(n_jobs=1, random_state=42, **parameters)
        version = f"scikit-learn {sklearn.__version__}"
    start = time.perf_counter()
    model.fit(matrix, indices)
    seconds = time.perf_counter() - start
    found = {"features": matrix.shape[1]}
    for split in ("validation", "test"):
        probabilities = model.predict_proba(splits[split][0])
        predicted = names[probabilities.argmax(axis=1)]
        prefix = "" if split == "test" else "validation "
        found[prefix + "accuracy"] = accuracy_score(splits[split][1], predicted)
        if split == "test":
            # as the project's: the mean over the classes of the split
            found["macro_f1"] = f1_score(splits[split][1], predicted, average="macro", labels=np.unique(splits[split][1]))
    measuring.report(version, seconds, found, note=" ".join(settings))


main()
