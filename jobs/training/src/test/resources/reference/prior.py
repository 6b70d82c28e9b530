"""Writes prior.csv beside this script: what scikit-learn's DummyClassifier makes of a few rows, with weights and without.

Run with scikit-learn 1.9 or later: python prior.py
"""

import csv
import pathlib

import numpy as np
from sklearn.dummy import DummyClassifier

HERE = pathlib.Path(__file__).parent
LABELS = ["moss", "cat", "fern", "cat", "dog", "fern", "cat", "moss", "dog", "fern", "dog"]
# with them, moss is the class of the largest weight; without, cat, dog and fern are equally frequent
WEIGHTS = [2.5, 0.5, 1.0, 0.25, 0.1, 1.0, 0.2, 1.5, 0.7, 1.0, 0.3]


def main():
    nothing = np.zeros((len(LABELS), 1))
    with open(HERE / "prior.csv", "w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["strategy", "weighted", "predicted", "label", "probability"])
        for strategy in ["prior", "most_frequent", "uniform"]:
            for weights in [None, WEIGHTS]:
                model = DummyClassifier(strategy=strategy, random_state=0).fit(nothing, LABELS, sample_weight=weights)
                probabilities = model.predict_proba(nothing[:1])[0]
                # uniform draws the class
                predicted = "" if strategy == "uniform" else model.predict(nothing[:1])[0]
                for label, probability in zip(model.classes_, probabilities):
                    writer.writerow([strategy, weights is not None, predicted, label, repr(float(probability))])


if __name__ == "__main__":
    main()
