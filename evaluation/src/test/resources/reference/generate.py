"""Writes predictions.csv, figures.csv and curves.csv beside this script: small inputs, and what scikit-learn computes.

What scikit-learn has not (the intervals of ranking figures, calibration) is written out here from its definition.

Run with scikit-learn 1.9 or later: python generate.py
Classes: a1, a2 (parent a); b1, b2, b3 (parent b); c1 (right under the root). b3 is only predicted, c1 only a label and never seen in
training, so that the model gives it no probability. Confidences tie, and some lie on the edges of bins.
"""

import csv
import pathlib
import random
import warnings

import numpy as np
from scipy.stats import norm
from sklearn import metrics

warnings.filterwarnings("ignore")
HERE = pathlib.Path(__file__).parent
TRAINED = ["a1", "a2", "b1", "b2", "b3"]
PARENT = {"a1": "a", "a2": "a", "b1": "b", "b2": "b", "b3": "b", "c1": "c1"}
BINS = 10
TOP = [1, 2, 3]


def sample(rng, size):
    rows = []
    for i in range(size):
        label = rng.choices(["a1", "a2", "b1", "b2", "c1"], [8, 5, 4, 2, 1])[0]
        # sixteenths: exact in binary, often tied, and some on the edge of a bin
        parts = [0] * len(TRAINED)
        for _ in range(16):
            at = TRAINED.index(label) if label in TRAINED and rng.random() < 0.12 else rng.randrange(len(TRAINED))
            parts[at] += 1
        rows.append((f"x{i}", label, [p / 16 for p in parts]))
    return rows


def decision(label, classes, probabilities):
    # ties go to the class that comes first
    order = sorted(range(len(classes)), key=lambda k: (-probabilities[k], k))
    known = label in classes
    return {
        "label": label,
        "predicted": classes[order[0]],
        "confidence": probabilities[order[0]],
        "label_probability": probabilities[classes.index(label)] if known else "",
        "label_rank": order.index(classes.index(label)) + 1 if known else "",
    }


def figures(decisions):
    truth = [d["label"] for d in decisions]
    predicted = [d["predicted"] for d in decisions]
    correct = np.array([t == p for t, p in zip(truth, predicted)], dtype=float)
    out = {"accuracy": metrics.accuracy_score(truth, predicted)}
    for average in ["macro", "micro", "weighted"]:
        p, r, f, _ = metrics.precision_recall_fscore_support(truth, predicted, average=average, zero_division=0)
        out |= {f"{average}_precision": p, f"{average}_recall": r, f"{average}_f1": f}
    out["mcc"] = metrics.matthews_corrcoef(truth, predicted)
    out["cohen_kappa"] = metrics.cohen_kappa_score(truth, predicted)
    # log_loss of "is it the label" against the label's probability; clipped to the machine's epsilon
    p = np.array([d["label_probability"] if d["label_probability"] != "" else 0.0 for d in decisions])
    out["log_loss"] = metrics.log_loss(np.ones(len(p)), np.column_stack([1 - p, p]), labels=[0, 1])
    for k in TOP:
        out[f"top_{k}_accuracy"] = np.mean([d["label_rank"] != "" and d["label_rank"] <= k for d in decisions])
    confidence = np.array([d["confidence"] for d in decisions])
    bins = np.minimum((confidence * BINS).astype(int), BINS - 1)
    out["expected_calibration_error"] = sum(
        abs(confidence[bins == b].mean() - correct[bins == b].mean()) * np.mean(bins == b) for b in set(bins)
    )
    out["unseen_label_rate"] = np.mean([d["label_probability"] == "" for d in decisions])
    return out


def hierarchical(decisions):
    pairs = [({d["label"], PARENT[d["label"]]}, {d["predicted"], PARENT[d["predicted"]]}) for d in decisions]
    shared = sum(len(t & p) for t, p in pairs)
    precision = shared / sum(len(p) for _, p in pairs)
    recall = shared / sum(len(t) for t, _ in pairs)
    return {
        "hierarchical_precision": precision,
        "hierarchical_recall": recall,
        "hierarchical_f1": 2 * precision * recall / (precision + recall),
    }


def per_class(decisions):
    truth = [d["label"] for d in decisions]
    predicted = [d["predicted"] for d in decisions]
    labels = sorted(set(truth) | set(predicted))
    p, r, f, s = metrics.precision_recall_fscore_support(truth, predicted, labels=labels, zero_division=0)
    for i, label in enumerate(labels):
        yield from [(f"precision:{label}", p[i]), (f"recall:{label}", r[i]), (f"f1:{label}", f[i])]
        yield (f"support:{label}", float(s[i]))


def one_against_rest(decisions, classes, probabilities):
    """Figures of each class that occurs, by the probability that each row gives it; a class never trained has 0."""
    labels = sorted({d["label"] for d in decisions} | {d["predicted"] for d in decisions})
    for label in labels:
        truth = np.array([d["label"] == label for d in decisions])
        score = np.array([p[classes.index(label)] if label in classes else 0.0 for p in probabilities])
        yield f"brier:{label}", metrics.brier_score_loss(truth, score, pos_label=True, labels=[False, True])
        bins = np.minimum((score * BINS).astype(int), BINS - 1)
        gaps = [abs(score[bins == b].mean() - truth[bins == b].mean()) * np.mean(bins == b) for b in set(bins)]
        yield f"calibration_error:{label}", sum(gaps)
        if truth.any():
            precision = metrics.average_precision_score(truth, score)
            yield f"average_precision:{label}", precision
            yield from interval("average_precision", label, precision, 1 / (truth.sum() * precision * (1 - precision)))
            area = metrics.roc_auc_score(truth, score)
            yield f"roc_auc:{label}", area
            variance = delong(score[truth], score[~truth])
            if variance > 0:
                yield from interval("roc_auc", label, area, variance / (area * (1 - area)) ** 2)


def interval(figure, label, value, variance):
    """Of the log-odds."""
    centre, half = np.log(value / (1 - value)), norm.ppf(0.975) * np.sqrt(variance)
    yield f"{figure}_low:{label}", 1 / (1 + np.exp(half - centre))
    yield f"{figure}_high:{label}", 1 / (1 + np.exp(-half - centre))


def delong(positives, negatives):
    """Variance of the area from every pair, as in DeLong et al. 1988."""
    if len(positives) < 2 or len(negatives) < 2:
        return 0
    wins = (positives[:, None] > negatives) + 0.5 * (positives[:, None] == negatives)
    return wins.mean(1).var(ddof=1) / len(positives) + wins.mean(0).var(ddof=1) / len(negatives)


def curves(decisions, classes, probabilities):
    """Points at which a row of the class is reached: class, threshold, precision, recall, false positive rate."""
    for label in sorted({d["label"] for d in decisions} & set(classes)):
        truth = np.array([d["label"] == label for d in decisions])
        score = np.array([p[classes.index(label)] for p in probabilities])
        precision, recall, at = metrics.precision_recall_curve(truth, score)
        fpr, _, where = metrics.roc_curve(truth, score, drop_intermediate=False)
        false_positive = dict(zip(where, fpr))
        for threshold in sorted(set(score[truth]) - {0.0}):
            i = list(at).index(threshold)
            yield [label, *(repr(float(x)) for x in (threshold, precision[i], recall[i], false_positive[threshold]))]


def main():
    rng = random.Random(20)
    rows, table, points = [], [], []
    parents = sorted(set(PARENT[c] for c in TRAINED))
    for split, size in [("test", 60), ("validation", 25)]:
        leaf, inner, given, given_above = [], [], [], []
        for example, label, probabilities in sample(rng, size):
            sums = [sum(p for c, p in zip(TRAINED, probabilities) if PARENT[c] == q) for q in parents]
            leaf.append(decision(label, TRAINED, probabilities))
            # the decision at the upper level is made by the sums, and may disagree with the leaf's parent
            inner.append(decision(PARENT[label], parents, sums))
            given.append(probabilities)
            given_above.append(sums)
            top = sorted(zip(probabilities, TRAINED), key=lambda x: (-x[0], x[1]))
            top_k = " ".join(f"{c}:{p}" for p, c in top)
            rows.append([f"{split}-{example}", split, *leaf[-1].values(), top_k, *inner[-1].values()])
        for level, decisions, classes, scores in [("leaf", leaf, TRAINED, given), ("1", inner, parents, given_above)]:
            values = figures(decisions) | (hierarchical(decisions) if level == "leaf" else {})
            table += [[split, level, name, repr(float(value))] for name, value in values.items()]
            table += [[split, level, name, repr(float(value))] for name, value in per_class(decisions)]
            ranked = one_against_rest(decisions, classes, scores)
            table += [[split, level, name, repr(float(value))] for name, value in ranked]
            points += [[split, level, *point] for point in curves(decisions, classes, scores)]
    header = ["label", "predicted", "confidence", "label_probability", "label_rank"]
    with open(HERE / "predictions.csv", "w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["example_id", "split", *header, "top_k", *(f"parent_{h}" for h in header)])
        writer.writerows(rows)
    with open(HERE / "figures.csv", "w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["split", "level", "figure", "value"])
        writer.writerows(table)
    with open(HERE / "curves.csv", "w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["split", "level", "label", "threshold", "precision", "recall", "false_positive_rate"])
        writer.writerows(points)


main()
