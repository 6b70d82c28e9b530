"""Writes optima_rows.csv, a small data set, and optima.csv, the least objectives on it under several losses, penalties, class
weights and folds held out: by LIBLINEAR and SAGA through scikit-learn where they have the same objective, else by SciPy.

Run with scikit-learn 1.9 and SciPy 1.17 or later: python optima.py
"""

import csv
import pathlib

import numpy as np
from scipy.optimize import minimize
from scipy.special import logsumexp
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC

HERE = pathlib.Path(__file__).parent
CLASSES, ROWS, FEATURES, FOLDS = 4, 160, 12, 3
CLASS_WEIGHTS = np.array([1, 2, 0.5, 1])


def data():
    rng = np.random.default_rng(9)
    y = rng.choice(CLASSES, ROWS, p=[0.4, 0.3, 0.2, 0.1])
    centres = rng.normal(0, 1, (CLASSES, FEATURES))
    x = (centres[y] + rng.normal(0, 1.5, (ROWS, FEATURES))) * rng.choice([0, 1], (ROWS, FEATURES))
    return np.round(x * np.geomspace(0.3, 3, FEATURES), 3), y, rng.choice([0.5, 1, 1.5], ROWS), rng.integers(0, FOLDS, ROWS)


X, Y, WEIGHT, FOLD = data()


def row_weights(weighted, held_out):
    """Weights of the rows, 0 for those held out, and their sum to 1."""
    w = WEIGHT * (CLASS_WEIGHTS[Y] if weighted else 1) * (FOLD != held_out)
    return w / w.sum()


def unpacked(theta, columns, intercept):
    w = theta[: FEATURES * columns].reshape(FEATURES, columns)
    return w, theta[FEATURES * columns :] if intercept else np.zeros(columns)


def smooth(loss, columns, intercept, l2, w):
    """The least objective of a smooth loss(margins, weights)."""

    def objective(theta):
        v, b = unpacked(theta, columns, intercept)
        return loss(X @ v + b, w) + l2 / 2 * (v**2).sum()

    best = np.zeros(FEATURES * columns + (columns if intercept else 0))
    for method, options in (("BFGS", {"gtol": 1e-9, "maxiter": 5000}), ("L-BFGS-B", {"gtol": 1e-10, "ftol": 1e-15, "maxiter": 5000})):
        found = minimize(objective, best, method=method, options=options)
        best = found.x
    return found.fun


def squared_hinge(k):
    sign = np.where(Y == k, 1, -1)
    return lambda m, w: (w * np.maximum(0, 1 - sign * m[:, 0]) ** 2).sum()


def logistic(k):
    sign = np.where(Y == k, 1, -1)
    return lambda m, w: (w * np.logaddexp(0, -sign * m[:, 0])).sum()


def cross_entropy(smoothing, adjustment):
    target = (1 - smoothing) * np.eye(CLASSES)[Y] + smoothing / CLASSES

    def loss(m, w):
        share = np.array([w[Y == k].sum() for k in range(CLASSES)])
        m = m + adjustment * np.log(share)
        return (w * (logsumexp(m, axis=1) - (target * m).sum(axis=1))).sum()

    return loss


def liblinear(k, l2, w):
    total = WEIGHT.sum()
    svc = LinearSVC(loss="squared_hinge", dual=True, C=1 / (l2 * total), fit_intercept=False, tol=1e-10, max_iter=1_000_000)
    # LIBLINEAR's objective has the squared hinge without a factor, so the penalty 1/2 |w|^2 is C times l2 / 2
    svc.fit(X, np.where(Y == k, 1, -1), sample_weight=WEIGHT)
    v = svc.coef_.ravel()
    return squared_hinge(k)((X @ v)[:, None], w) + l2 / 2 * (v**2).sum()


def saga(y, loss, l2, l1, w):
    reg = l1 + l2
    fit = LogisticRegression(solver="saga", l1_ratio=l1 / reg, C=1 / reg, tol=1e-10, max_iter=1_000_000, random_state=1)
    fit.fit(X, y, sample_weight=w)
    m = X @ fit.coef_.T + fit.intercept_
    zeros = int((fit.coef_ == 0).sum())
    penalty = l1 * np.abs(fit.coef_).sum() + l2 / 2 * (fit.coef_**2).sum()
    return loss(m, w) + penalty, zeros


def figures():
    """(group of one call, loss, smoothing, adjustment, intercept, l2, l1, weighted, held out, column), objective, zeros."""
    none = -1
    for k in range(CLASSES):
        one = row_weights(False, none)
        yield (0, "squared_hinge", 0, 0, False, 0.02, 0, False, none, k), liblinear(k, 0.02, one), 0
        for l2, weighted, held in ((0.02, True, 1), (0.002, False, none)):
            yield (1, "squared_hinge", 0, 0, True, l2, 0, weighted, held, k), smooth(
                squared_hinge(k), 1, True, l2, row_weights(weighted, held)
            ), 0
        for l2, weighted, held in ((0.001, True, 0), (0.1, False, 2)):
            yield (2, "logistic", 0, 0, True, l2, 0, weighted, held, k), smooth(
                logistic(k), 1, True, l2, row_weights(weighted, held)
            ), 0
        for l2, l1 in ((0, 0.02), (0.01, 0.01)):
            yield (2, "logistic", 0, 0, True, l2, l1, False, none, k), *saga(np.where(Y == k, 1, 0), logistic(k), l2, l1, one)
    for l2, held in ((0.01, 2), (0.1, none)):
        yield (3, "cross_entropy", 0, 0, True, l2, 0, False, held, 0), smooth(
            cross_entropy(0, 0), CLASSES, True, l2, row_weights(False, held)
        ), 0
    for l2, l1 in ((0, 0.02), (0.005, 0.005)):
        yield (3, "cross_entropy", 0, 0, True, l2, l1, False, none, 0), *saga(Y, cross_entropy(0, 0), l2, l1, one)
    for group, smoothing, adjustment in ((4, 0.1, 0), (5, 0, 1), (6, 0.2, 0.5)):
        yield (group, "cross_entropy", smoothing, adjustment, True, 0.005, 0, True, none, 0), smooth(
            cross_entropy(smoothing, adjustment), CLASSES, True, 0.005, row_weights(True, none)
        ), 0


def main():
    with open(HERE / "optima_rows.csv", "w", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(["label", "weight", "fold"] + [f"x{j}" for j in range(FEATURES)])
        for i in range(ROWS):
            out.writerow([Y[i], WEIGHT[i], FOLD[i]] + [f"{value:g}" for value in X[i]])
    with open(HERE / "optima.csv", "w", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(
            "group,loss,smoothing,adjustment,intercept,l2,l1,weighted,held_out,column,objective,zeros".split(",")
        )
        for settings, objective, zeros in sorted(figures(), key=lambda figure: figure[0]):
            out.writerow([str(s).lower() if isinstance(s, bool) else s for s in settings] + [f"{objective:.9f}", zeros])


main()
