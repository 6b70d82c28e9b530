"""Writes the CSV files beside this script: small inputs, and what scikit-learn computes of them.

What scikit-learn has not (the intervals of ranking figures, calibration, thresholds for a purpose, distances in the tree)
is written out here from its definition.

Run with scikit-learn 1.9 or later: python generate.py
Classes: a1, a2 (parent a); b1, b2, b3 (parent b); c1 (right under the root). b3 is only predicted, c1 only a label and never seen in
training, so that the model gives it no probability. Confidences tie, and some lie on the edges of bins. In the split
one_label all rows are of one class, and in one_class they are also predicted to be.
"""

import csv
import pathlib
import random
import warnings

import numpy as np
from scipy.cluster import hierarchy
from scipy.spatial.distance import squareform
from scipy.stats import norm
from sklearn import metrics

warnings.filterwarnings("ignore")
HERE = pathlib.Path(__file__).parent
TRAINED = ["a1", "a2", "b1", "b2", "b3"]
PARENT = {"a1": "a", "a2": "a", "b1": "b", "b2": "b", "b3": "b", "c1": "c1"}
BINS = 10
TOP = [1, 2, 3]
MINIMUM_SUPPORT = 5
# cost of a false positive, cost of a false negative
COSTS = {"a1": (3, 1)}
OTHER_COSTS = (1, 2)


def sample(rng, size, weights):
    rows = []
    for i in range(size):
        label = rng.choices(["a1", "a2", "b1", "b2", "c1"], weights)[0]
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


def is_certain(level, name, value):
    """Whether a top-k accuracy is 1 since the level has no more than k nodes; the evaluation leaves it out."""
    nodes = {"leaf": 6, "1": 3}[level]
    return name in [f"top_{k}_accuracy" for k in TOP if k >= nodes] and value == 1


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
    gaps = {b: abs(confidence[bins == b].mean() - correct[bins == b].mean()) for b in set(bins)}
    out["expected_calibration_error"] = sum(gap * np.mean(bins == b) for b, gap in gaps.items())
    sufficient = [gap for b, gap in gaps.items() if (bins == b).sum() >= MINIMUM_SUPPORT]
    if sufficient:
        out["maximum_calibration_error"] = max(sufficient)
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


def distances(decisions):
    """Edges between the labels of errors and what they were mistaken for."""
    paths = {c: [c] if p == c else [p, c] for c, p in PARENT.items()}
    steps = []
    for d in decisions:
        if d["label"] != d["predicted"]:
            ours, theirs = paths[d["label"]], paths[d["predicted"]]
            shared = sum(x == y for x, y in zip(ours, theirs))
            steps.append(len(ours) - shared + len(theirs) - shared)
    if steps:
        yield "error_distance", np.mean(steps)
    for step in set(steps):
        yield f"errors_at_distance_{step}", np.mean(np.array(steps) == step)


def scores_of(label, classes, probabilities):
    return np.array([p[classes.index(label)] if label in classes else 0.0 for p in probabilities])


def occurring(decisions):
    return sorted({d["label"] for d in decisions} | {d["predicted"] for d in decisions})


def of_all_classes(decisions, classes, probabilities):
    """Averages over classes, and the Brier score with its parts, summed over classes."""
    labels = occurring(decisions)
    truth = np.array([d["label"] for d in decisions])
    every = sorted(set(labels) | set(classes))
    given = np.column_stack([scores_of(c, classes, probabilities) for c in every])
    yield "brier", metrics.brier_score_loss(truth, given, labels=every, scale_by_half=False)
    parts = [decomposed(truth == c, scores_of(c, classes, probabilities)) for c in every]
    for part in parts[0]:
        yield f"brier_{part}", sum(p[part] for p in parts)
    errors = [calibration_error(truth == c, scores_of(c, classes, probabilities)) for c in labels]
    yield "classwise_calibration_error", np.mean(errors)
    labelled = [c for c in labels if (truth == c).any()]
    ranked = [c for c in labelled if not (truth == c).all()]
    for name, among, score in [
        ("average_precision", labelled, metrics.average_precision_score),
        ("roc_auc", ranked, metrics.roc_auc_score),
    ]:
        if among:
            is_class = np.column_stack([truth == c for c in among])
            given = np.column_stack([scores_of(c, classes, probabilities) for c in among])
            yield f"macro_{name}", score(is_class, given, average="macro")
            yield f"weighted_{name}", score(is_class, given, average="weighted")


def bins_of(score):
    return np.minimum((score * BINS).astype(int), BINS - 1)


def calibration_error(truth, score):
    bins = bins_of(score)
    return sum(abs(score[bins == b].mean() - truth[bins == b].mean()) * np.mean(bins == b) for b in set(bins))


def decomposed(truth, score):
    """Murphy 1973, with the within-bin variance and covariance of Stephenson, Coelho and Jolliffe 2008."""
    bins, base = bins_of(score), truth.mean()
    reliability = resolution = variance = covariance = 0
    for b in set(bins):
        p, o = score[bins == b], truth[bins == b].astype(float)
        reliability += len(p) * (p.mean() - o.mean()) ** 2
        resolution += len(p) * (o.mean() - base) ** 2
        variance += ((p - p.mean()) ** 2).sum()
        covariance += 2 * ((o - o.mean()) * (p - p.mean())).sum()
    n = len(truth)
    generalised = (resolution - variance + covariance) / n
    return {"reliability": reliability / n, "resolution": generalised, "uncertainty": base * (1 - base)}


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
    for label in occurring(decisions):
        truth = np.array([d["label"] == label for d in decisions])
        score = scores_of(label, classes, probabilities)
        yield f"brier:{label}", metrics.brier_score_loss(truth, score, pos_label=True, labels=[False, True])
        yield f"calibration_error:{label}", calibration_error(truth, score)
        for part, value in decomposed(truth, score).items():
            yield f"brier_{part}:{label}", value
        if truth.any():
            precision = metrics.average_precision_score(truth, score)
            yield f"average_precision:{label}", precision
            if precision < 1:
                variance = 1 / (truth.sum() * precision * (1 - precision))
                yield from interval("average_precision", label, precision, variance)
        if truth.any() and not truth.all():
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
        score = scores_of(label, classes, probabilities)
        precision, recall, at = metrics.precision_recall_curve(truth, score)
        fpr, _, where = metrics.roc_curve(truth, score, drop_intermediate=False)
        false_positive = dict(zip(where, fpr))
        for threshold in sorted(set(score[truth]) - {0.0}):
            i = list(at).index(threshold)
            rate = "" if truth.all() else repr(float(false_positive[threshold]))
            yield [label, *(repr(float(x)) for x in (threshold, precision[i], recall[i])), rate]


def confusion(decisions):
    """True class, predicted class, rows, share of the true class, share of the predicted class."""
    labels = occurring(decisions)
    pairs = [d["label"] for d in decisions], [d["predicted"] for d in decisions]
    counts, of_true, of_predicted = (
        metrics.confusion_matrix(*pairs, labels=labels, normalize=normalize) for normalize in (None, "true", "pred")
    )
    for i, j in zip(*counts.nonzero()):
        yield [labels[i], labels[j], counts[i, j], repr(float(of_true[i, j])), repr(float(of_predicted[i, j]))]


def reliability(decisions, classes, probabilities):
    """Class (empty for confidence), binning, bin, lowest and highest edge, rows, mean probability, share of the class."""
    confidence = np.array([d["confidence"] for d in decisions])
    yield from binned("", confidence, np.array([d["label"] == d["predicted"] for d in decisions]), False)
    for label in occurring(decisions):
        truth = np.array([d["label"] == label for d in decisions])
        yield from binned(label, scores_of(label, classes, probabilities), truth, True)


def binned(label, score, truth, zero_apart):
    bins = bins_of(score)
    for b in sorted(set(bins)):
        yield row_of(label, "equal_width", b, b / BINS, (b + 1) / BINS, score[bins == b], truth[bins == b])
    # as many rows in each: where the middle row of a tie falls; rows without probability are a bin of their own
    apart = (score == 0) & zero_apart
    among = score[~apart]
    middle = np.array([(among < x).sum() + (among == x).sum() / 2 for x in score])
    place = np.where(apart, -1, np.floor(BINS * middle / max(1, len(among)))).astype(int)
    for number, b in enumerate(sorted(set(place))):
        p = score[place == b]
        yield row_of(label, "equal_mass", number, p.min(), p.max(), p, truth[place == b])


def row_of(label, binning, number, low, high, score, truth):
    figures = (repr(float(x)) for x in (score.mean(), truth.mean()))
    return [label, binning, number, repr(float(low)), repr(float(high)), len(score), *figures]


def chosen(truth, score, label):
    """The threshold of each criterion: of equally good ones the highest; None where no row is to be of the class."""
    cost = COSTS.get(label, OTHER_COSTS)
    candidates = []
    for threshold in sorted(set(score[truth]) - {0.0}, reverse=True):
        taken = score >= threshold
        tp, fp, fn = (truth & taken).sum(), (~truth & taken).sum(), (truth & ~taken).sum()
        p, r = tp / (tp + fp), tp / (tp + fn)
        f1 = metrics.f1_score(truth, taken)
        candidates.append((float(threshold), p, r, f1, fp * cost[0] + fn * cost[1]))
    best = {"f1": max(candidates, key=lambda c: c[3], default=None)}
    best["precision >= 0.6"] = max((c for c in candidates if c[1] >= 0.6), key=lambda c: c[2], default=None)
    best["recall >= 0.7"] = max((c for c in candidates if c[2] >= 0.7), key=lambda c: c[1], default=None)
    least = min(candidates, key=lambda c: c[4], default=None)
    never = truth.sum() * cost[1]
    best["cost 1 : 2"] = least if least and least[4] < never else None
    return {criterion: found and found[0] for criterion, found in best.items()}


def thresholds(decisions, classes, probabilities, validation):
    """Class, criterion, threshold, whether one does, tp, fp, precision, recall, F1, cost of a row."""
    valid, valid_probabilities = validation
    for label in occurring(decisions):
        on_validation = np.array([d["label"] == label for d in valid])
        score = scores_of(label, classes, valid_probabilities)
        truth = np.array([d["label"] == label for d in decisions])
        for criterion, threshold in chosen(on_validation, score, label).items():
            given = scores_of(label, classes, probabilities)
            taken = given >= threshold if threshold else np.zeros(len(truth), dtype=bool)
            p, r, f, _ = metrics.precision_recall_fscore_support(truth, taken, average="binary", zero_division=0)
            tp, fp = (truth & taken).sum(), (~truth & taken).sum()
            cost = COSTS.get(label, OTHER_COSTS)
            expected = (fp * cost[0] + (truth.sum() - tp) * cost[1]) / len(truth) if criterion[:4] == "cost" else ""
            reached = threshold is not None or criterion[:4] == "cost"
            figures = [repr(float(x)) if x != "" else "" for x in (p, r, f, expected)]
            yield [label, criterion, threshold or "", str(reached).lower(), tp, fp, *figures]


def linkage():
    """Sparse similarities of names, and scipy's clusters by average linkage: case, first, second, similarity or cluster."""
    rng = random.Random(5)
    for case, (size, share) in enumerate([(8, 0.5), (20, 0.2), (40, 0.1)]):
        similar = np.eye(size)
        for i in range(size):
            for j in range(i):
                if rng.random() < share:
                    similar[i, j] = similar[j, i] = rng.random()
                    yield [case, f"c{j:02}", f"c{i:02}", repr(float(similar[i, j]))]
        tree = hierarchy.linkage(squareform(1 - similar), method="average")
        # distances up to 0.75 are similarities from 0.25 on
        for i, cluster in enumerate(hierarchy.fcluster(tree, 0.75, criterion="distance")):
            yield [case, f"c{i:02}", "", cluster]


def splits():
    rng = random.Random(20)
    usual = [8, 5, 4, 2, 1]
    yield "test", sample(rng, 60, usual)
    yield "validation", sample(rng, 25, usual)
    yield "one_label", sample(rng, 12, [1, 0, 0, 0, 0])
    alike = sample(rng, 60, [1, 0, 0, 0, 0])
    yield "one_class", [row for row in alike if decision(row[1], TRAINED, row[2])["predicted"] == "a1"][:8]


def write(name, header, rows):
    with open(HERE / name, "w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def main():
    rows, found = [], {}
    parents = sorted(set(PARENT[c] for c in TRAINED))
    for split, sampled in splits():
        leaf, inner, given, given_above = [], [], [], []
        for example, label, probabilities in sampled:
            sums = [sum(p for c, p in zip(TRAINED, probabilities) if PARENT[c] == q) for q in parents]
            leaf.append(decision(label, TRAINED, probabilities))
            # the decision at the upper level is made by the sums, and may disagree with the leaf's parent
            inner.append(decision(PARENT[label], parents, sums))
            given.append(probabilities)
            given_above.append(sums)
            top = sorted(zip(probabilities, TRAINED), key=lambda x: (-x[0], x[1]))
            top_k = " ".join(f"{c}:{p}" for p, c in top)
            rows.append([f"{split}-{example}", split, *leaf[-1].values(), top_k, *inner[-1].values()])
        found[split, "leaf"] = leaf, TRAINED, given
        found[split, "1"] = inner, parents, given_above
    header = ["label", "predicted", "confidence", "label_probability", "label_rank"]
    write("predictions.csv", ["example_id", "split", *header, "top_k", *(f"parent_{h}" for h in header)], rows)
    tables = {name: [] for name in ("figures", "curves", "confusion", "calibration", "thresholds")}
    for (split, level), (decisions, classes, scores) in found.items():
        key = [split, level]
        values = [*figures(decisions).items(), *per_class(decisions)]
        if level == "leaf":
            values += [*hierarchical(decisions).items(), *distances(decisions)]
        values += [*of_all_classes(decisions, classes, scores), *one_against_rest(decisions, classes, scores)]
        # undefined where all rows are one class
        values = [(name, value) for name, value in values if not np.isnan(value) and not is_certain(level, name, value)]
        tables["figures"] += [[*key, name, repr(float(value))] for name, value in values]
        tables["curves"] += [[*key, *point] for point in curves(decisions, classes, scores)]
        tables["confusion"] += [[*key, *pair] for pair in confusion(decisions)]
        tables["calibration"] += [[*key, *row] for row in reliability(decisions, classes, scores)]
        validation = found["validation", level]
        tried = thresholds(decisions, classes, scores, (validation[0], validation[2]))
        tables["thresholds"] += [[*key, *row] for row in tried]
    headers = {
        "figures": "figure value",
        "curves": "label threshold precision recall false_positive_rate",
        "confusion": "true_label predicted_label count rate predicted_rate",
        "calibration": "label binning bin bin_low bin_high count mean_confidence accuracy",
        "thresholds": "label criterion threshold reached tp fp precision recall f1 cost",
    }
    write("linkage.csv", ["case", "first", "second", "similarity_or_cluster"], linkage())
    for name, table in tables.items():
        write(f"{name}.csv", ["split", "level", *headers[name].split()], table)


main()
