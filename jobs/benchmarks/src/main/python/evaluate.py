"""scikit-learn's evaluation of generated predictions: evaluate.py FOLDER REPLICATES SETTING.

Prints the report of the run as JSON. What many replicates would take is extrapolated from a few.
"""
import sys
import time

import numpy as np
import sklearn
from sklearn.metrics import classification_report, roc_auc_score

import measuring

MOST_REPLICATES = 3


def figures(labels, predicted, probabilities, weights):
    report = classification_report(labels, predicted, sample_weight=weights, output_dict=True, zero_division=0)
    auc = roc_auc_score(labels, probabilities, multi_class="ovr", average="macro", sample_weight=weights)
    return {"accuracy": report["accuracy"], "macro_f1": report["macro avg"]["f1-score"], "macro_roc_auc": auc}


def main():
    folder, replicates = sys.argv[1], int(sys.argv[2])
    labels, predicted, probabilities = measuring.predictions(folder)
    start = time.perf_counter()
    values = figures(labels, predicted, probabilities, None)
    seconds = time.perf_counter() - start
    note = ""
    if replicates:
        random = np.random.default_rng(42)
        few = min(replicates, MOST_REPLICATES)
        start = time.perf_counter()
        for _ in range(few):
            figures(labels, predicted, probabilities, random.poisson(1, len(labels)).astype(float))
        seconds += (time.perf_counter() - start) * replicates / few
        note = f"extrapolated from {few} of {replicates:,} replicates"
    measuring.report(f"scikit-learn {sklearn.__version__}", seconds, values, note)


main()
