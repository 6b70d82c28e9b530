"""Writes calibrations.csv beside this script: probabilities that are too sure of themselves, and what calibrations fitted on
all of them make of them, by SciPy's optimisers and scikit-learn's isotonic regression.

Run with scikit-learn 1.9 and SciPy 1.17 or later: python calibrations.py
"""

import csv
import pathlib

import numpy as np
from scipy.optimize import minimize, minimize_scalar
from sklearn.isotonic import IsotonicRegression

HERE = pathlib.Path(__file__).parent
CLASSES = 4
ROWS = 240


def softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def data():
    rng = np.random.default_rng(5)
    prior = np.array([0.9, 0.3, 0.0, -1.2])
    logits = rng.normal(0, 1.2, (ROWS, CLASSES)) + prior
    labels = np.array([rng.choice(CLASSES, p=p) for p in softmax(logits)])
    # what the model says: too sharp, and class 2 too often
    given = softmax(2.2 * logits + np.array([0, 0, 0.8, 0]))
    # six digits, as they stand in the file
    given = np.round(given, 6)
    return labels, given


def loss(z, labels):
    return -np.log(softmax(z)[np.arange(len(labels)), labels])


def temperature(labels, logs):
    best = minimize_scalar(lambda t: loss(t * logs, labels).sum(), bounds=(0.05, 20), method="bounded", options={"xatol": 1e-12})
    return softmax(best.x * logs)


def vector(labels, logs):
    def objective(x):
        w, b = x[:CLASSES], x[CLASSES:]
        return loss((1 + w) * logs + b, labels).sum() + (x @ x) / 2

    best = minimize(objective, np.zeros(2 * CLASSES), method="BFGS", options={"gtol": 1e-7})
    return softmax((1 + best.x[:CLASSES]) * logs + best.x[CLASSES:])


def isotonic(labels, given):
    rounded = np.log(given) - np.log1p(-given)
    rounded = 1 / (1 + np.exp(-np.round(rounded * 64) / 64))
    least = 1 / (ROWS + 2)
    out = np.zeros_like(given)
    for k in range(CLASSES):
        fit = IsotonicRegression(y_min=least, y_max=1 - least, out_of_bounds="clip").fit(rounded[:, k], labels == k)
        out[:, k] = fit.predict(given[:, k])
    return out / out.sum(axis=1, keepdims=True)


def main():
    labels, given = data()
    scaled = given / given.sum(axis=1, keepdims=True)
    logs = np.log(np.maximum(scaled, 1e-12))
    methods = {"temperature": temperature(labels, logs), "vector": vector(labels, logs), "isotonic": isotonic(labels, scaled)}
    with open(HERE / "calibrations.csv", "w", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(["label"] + [f"given{k}" for k in range(CLASSES)] + [f"{m}{k}" for m in methods for k in range(CLASSES)])
        for i in range(ROWS):
            fitted = [f"{methods[m][i, k]:.12f}" for m in methods for k in range(CLASSES)]
            out.writerow([f"c{labels[i]}"] + [f"{p:.6f}" for p in given[i]] + fitted)


main()
