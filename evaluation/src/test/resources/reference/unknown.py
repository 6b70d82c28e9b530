"""Writes unknown.csv and unknown_figures.csv beside this script: predictions of which some are of no class, and what
scikit-learn and SciPy compute of them.

Run with scikit-learn 1.3 or later and SciPy 1.11 or later: python unknown.py
A prediction is: its id, its slice, its label, whether that is of no class, the decision, the most probable class, and the
unknown score, which has ties. A figure is: the slice, its name (for a point of the curve with the threshold), value, low,
high and support.
"""

import pathlib

import numpy as np
from scipy import stats
from sklearn.metrics import average_precision_score, precision_score, recall_score, roc_auc_score

HERE = pathlib.Path(__file__).parent
ROWS = 240
POINTS = 7
RULE = 0.9


def wilson(successes, trials):
    interval = stats.binomtest(int(successes), int(trials)).proportion_ci(method="wilson")
    return successes / trials, interval.low, interval.high


def delong(positive, score):
    """By the definition of DeLong, DeLong and Clarke-Pearson 1988: every pair of a row of either kind."""
    above = score[positive][:, None] - score[~positive][None, :]
    wins = (above > 0) + (above == 0) / 2
    variance = wins.mean(1).var(ddof=1) / len(wins) + wins.mean(0).var(ddof=1) / wins.shape[1]
    area = roc_auc_score(positive, score)
    step = stats.norm.ppf(0.975) * np.sqrt(variance) / (area * (1 - area))
    logit = np.log(area / (1 - area))
    return area, 1 / (1 + np.exp(step - logit)), 1 / (1 + np.exp(-step - logit))


def logit_of_precision(positive, score):
    """Boyd, Eng and Page 2013."""
    value = average_precision_score(positive, score)
    step = stats.norm.ppf(0.975) / np.sqrt(positive.sum() * value * (1 - value))
    logit = np.log(value / (1 - value))
    return value, 1 / (1 + np.exp(step - logit)), 1 / (1 + np.exp(-step - logit))


def curve(score, wrong):
    """The largest coverage within each of equal steps of coverage, by trying every threshold."""
    thresholds = np.unique(score)
    accepted = np.array([(score <= threshold).sum() for threshold in thresholds])
    found = set()
    for step in range(1, POINTS + 1):
        within = accepted <= step / POINTS * len(score) + 1e-9
        within &= accepted > (step - 1) / POINTS * len(score) + 1e-9
        if within.any():
            found.add(thresholds[within][-1])
    for threshold in sorted(found, reverse=True):
        kept = score <= threshold
        yield threshold, wilson(wrong[kept].sum(), kept.sum()), kept.sum()


def figures(name, of_none, label, predicted, best, score):
    said = predicted == "unknown"
    known = ~of_none
    right = (predicted == label) & known
    yield name, "unknown_recall", *wilson((said & of_none).sum(), of_none.sum()), of_none.sum()
    assert np.isclose(recall_score(of_none, said), (said & of_none).sum() / of_none.sum())
    yield name, "unknown_precision", *wilson((said & of_none).sum(), said.sum()), said.sum()
    assert np.isclose(precision_score(of_none, said), (said & of_none).sum() / said.sum())
    yield name, "in_scope_loss", *wilson((said & known).sum(), known.sum()), known.sum()
    yield name, "in_scope_accuracy", *wilson(right.sum(), known.sum()), known.sum()
    yield name, "open_accuracy", *wilson(right.sum() + (said & of_none).sum(), len(label)), len(label)
    yield name, "unknown_roc_auc", *delong(of_none, score), of_none.sum()
    yield name, "unknown_average_precision", *logit_of_precision(of_none, score), of_none.sum()
    for threshold, risk, kept in curve(score, of_none | (best != label)):
        yield name, f"risk {float(threshold) + 0.0!r}", *risk, kept


def main():
    random = np.random.default_rng(7)
    of_none = random.random(ROWS) < 0.25
    label = np.where(of_none, "oos", random.choice(["a", "b", "c"], ROWS))
    best = np.where(random.random(ROWS) < 0.85, np.where(of_none, "a", label), random.choice(["a", "b", "c"], ROWS))
    score = np.round(random.normal(np.where(of_none, 1.0, -0.5)), 1)
    predicted = np.where(score > RULE, "unknown", best)
    part = random.choice(["x", "y"], ROWS)
    rows = ["example_id,slice,label,is_unknown,predicted,best,unknown_score"]
    for i in range(ROWS):
        rows.append(f"e{i},{part[i]},{label[i]},{str(of_none[i]).lower()},{predicted[i]},{best[i]},{float(score[i])!r}")
    (HERE / "unknown.csv").write_text("\n".join(rows) + "\n")
    lines = ["slice,figure,value,low,high,support"]
    for name in ["all", "x", "y"]:
        these = (part == name) | (name == "all")
        for figure in figures(name, of_none[these], label[these], predicted[these], best[these], score[these]):
            lines.append(",".join([*figure[:2], *(repr(float(each)) for each in figure[2:5]), str(figure[5])]))
    (HERE / "unknown_figures.csv").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
