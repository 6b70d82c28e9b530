"""Trains other people's linear models on a table of vectors: train.py TABLE REG_PARAM PROGRAM [OPTION] TOLERANCE.

Prints the report of the run as JSON; only fitting is timed. A penalty of REG_PARAM on the mean loss is C = 1 / (rows * REG_PARAM)
in the terms of LIBLINEAR and scikit-learn.
"""
import os
import pathlib
import re
import subprocess
import sys
import time

import numpy as np
import sklearn
from sklearn.datasets import dump_svmlight_file

import measuring
import objective

PEAK = measuring.WORK / "peak-memory"
SCIKIT = f"scikit-learn {sklearn.__version__}"


class Task:
    def __init__(self, name, reg_param, tolerance):
        self.name, self.reg_param, self.tolerance = name, reg_param, float(tolerance or 0)
        self.train = objective.Table(name, "train")
        self.classes, self.numbers = np.unique(self.train.labels.astype(str), return_inverse=True)
        self.c = 1 / (self.train.matrix.shape[0] * reg_param)
        self.columns = [("", label) for label in self.classes]

    def report(self, version, seconds, kind, coefficients, columns=None, penalised_bias=False, peak=None, note=""):
        peak = measuring.own_peak() if peak is None else peak
        figures = objective.figures(self.name, kind, self.reg_param, coefficients, columns or self.columns,
                                    penalised_bias, self.train)
        measuring.report(version, seconds, figures, note, peak)


def warm_up(model, task, labels):
    """Fits a model on some of the rows, so that starting the worker processes is not timed."""
    every = max(1, len(labels) // 1_000)
    model.fit(task.train.matrix[::every], labels[::every])


def measured(command, **options):
    """Starts a program so that its most memory is found by peak(); a program started by this process directly would count
    this process's memory as its own."""
    return subprocess.Popen(["time", "-f", "%M", "-o", str(PEAK), *command], **options)


def peak():
    return int(PEAK.read_text().split()[-1]) / 1024


def timed(work):
    start = time.perf_counter()
    result = work()
    return result, time.perf_counter() - start


def matrix(model):
    return np.vstack([model.coef_.T, model.intercept_])


def svmlight(task):
    """The rows as LIBLINEAR reads them, written once."""
    file = measuring.WORK / "features" / task.name / "train.svmlight"
    if not file.exists():
        dump_svmlight_file(task.train.matrix, task.numbers + 1, str(file), zero_based=False)
    return file


def liblinear(task, solver):
    """From the first line that the solver prints, when the rows are read, to its last, before the model is written."""
    file = measuring.WORK / f"liblinear-{task.name}-{solver}.model"
    command = ["stdbuf", "-oL", "liblinear-train", "-s", solver, "-B", "1", "-c", repr(task.c), "-e",
               repr(task.tolerance), str(svmlight(task)), str(file)]
    first = last = None
    with measured(command, stdout=subprocess.PIPE) as process:
        while os.read(process.stdout.fileno(), 1 << 16):
            last = time.perf_counter()
            first = first or last
    if process.returncode:
        raise RuntimeError(f"liblinear-train ended with {process.returncode}")
    text = file.read_text()
    head, body = text.split("\nw\n")
    order = [int(label) - 1 for label in re.search(r"^label (.*)$", head, re.M).group(1).split()]
    weights = np.array(body.split(), dtype=np.float64).reshape(-1, len(order))
    coefficients = np.empty_like(weights)
    coefficients[:, order] = weights
    kind = "squared_hinge" if solver == "1" else "logistic"
    task.report("2.30", last - first, kind, coefficients, penalised_bias=True, peak=peak(), note="one core")


def linear_svc(task):
    from sklearn.svm import LinearSVC

    model, seconds = timed(lambda: LinearSVC(C=task.c, tol=task.tolerance, max_iter=100_000, random_state=1)
                           .fit(task.train.matrix, task.train.labels.astype(str)))
    task.report(SCIKIT, seconds, "squared_hinge", matrix(model), penalised_bias=True, note="one core")


def one_vs_rest(task):
    from sklearn.linear_model import LogisticRegression
    from sklearn.multiclass import OneVsRestClassifier

    inner = LogisticRegression(C=task.c, tol=task.tolerance, max_iter=10_000)
    warm_up(OneVsRestClassifier(inner, n_jobs=2), task, task.numbers)
    model, seconds = timed(lambda: OneVsRestClassifier(inner, n_jobs=2).fit(task.train.matrix, task.numbers))
    coefficients = np.hstack([matrix(one) for one in model.estimators_])
    task.report(SCIKIT, seconds, "logistic", coefficients, note="n_jobs 2; memory of the parent process alone")


def sgd(task):
    from sklearn.linear_model import SGDClassifier

    model, seconds = timed(lambda: SGDClassifier(loss="log_loss", alpha=task.reg_param, tol=task.tolerance, max_iter=1_000,
                                                 n_jobs=2, random_state=1).fit(task.train.matrix, task.train.labels.astype(str)))
    task.report(SCIKIT, seconds, "logistic", matrix(model), note="n_jobs 2")


def softmax(task):
    from sklearn.linear_model import LogisticRegression

    rows = task.train.matrix
    if rows.nnz > rows.shape[0] * rows.shape[1] / 5:
        rows = rows.toarray()
    model, seconds = timed(lambda: LogisticRegression(C=task.c, tol=task.tolerance, max_iter=10_000)
                           .fit(rows, task.train.labels.astype(str)))
    task.report(SCIKIT, seconds, "softmax", matrix(model))


def hiclass(task):
    import hiclass as library
    from sklearn.linear_model import LogisticRegression

    depth = max(map(len, task.train.paths))
    paths = np.array([path + [""] * (depth - len(path)) for path in task.train.paths])
    inner = LogisticRegression(C=task.c, tol=task.tolerance, max_iter=10_000)
    warm_up(library.LocalClassifierPerParentNode(local_classifier=inner, n_jobs=2), task, paths)
    model, seconds = timed(lambda: library.LocalClassifierPerParentNode(local_classifier=inner, n_jobs=2)
                           .fit(task.train.matrix, paths))
    columns, parts, note = [], [], "n_jobs 2; memory of the parent process alone"
    for node, data in model.hierarchy_.nodes(data=True):
        one = data.get("classifier")
        if one is None or not hasattr(one, "coef_"):
            continue
        weights = matrix(one)
        if weights.shape[1] == 1:
            # two classes have one column of coefficients: the same softmax, with the penalty shared evenly, is its halves
            weights = np.hstack([-weights / 2, weights / 2])
            note = "n_jobs 2; a node of two children is a binary problem there, which the same penalty holds back more"
        parent = "" if node == model.root_ else str(node).split(model.separator_)[-1]
        columns += [(parent, str(name).split(model.separator_)[-1]) for name in one.classes_]
        parts.append(weights)
    task.report("5.0.8", seconds, "hierarchical", np.hstack(parts), columns,
                note=note)


def fasttext(task):
    folder = measuring.WORK
    for split in ("train", "test"):
        table = task.train if split == "train" else objective.Table(task.name, "test")
        with open(folder / f"fasttext-{task.name}-{split}.txt", "w", encoding="utf-8") as out:
            for i, label in enumerate(table.labels):
                row = table.matrix.indices[table.matrix.indptr[i]:table.matrix.indptr[i + 1]]
                out.write(f"__label__{label.replace(' ', '_')} " + " ".join(f"f{j}" for j in row) + "\n")
    model = folder / f"fasttext-{task.name}"
    command = ["fasttext", "supervised", "-input", f"{model}-train.txt", "-output", str(model), "-loss", "hs", "-dim", "100",
               "-epoch", "25", "-lr", "0.5", "-thread", "2", "-verbose", "0"]
    code, seconds = timed(lambda: measured(command, stdout=subprocess.DEVNULL).wait())
    if code:
        raise RuntimeError(f"fasttext ended with {code}")
    said = subprocess.run(["fasttext", "test", f"{model}.bin", f"{model}-test.txt"], check=True, capture_output=True, text=True)
    accuracy = float(re.search(r"P@1\s+([\d.]+)", said.stdout).group(1))
    measuring.report("0.9.2", seconds, {"accuracy": accuracy},
                     "whole process; features as words without weights; 25 epochs, rate 0.5, dimension 100", peak())


def napkinxc(task):
    from napkinxc.models import HSM

    folder = measuring.WORK / f"napkinxc-{task.name}"
    model = HSM(str(folder), threads=2)
    _, seconds = timed(lambda: model.fit(task.train.matrix, task.numbers.tolist()))
    test = objective.Table(task.name, "test")
    predicted = model.predict(test.matrix, top_k=1)
    right = np.mean([task.classes[one[0]] == label for one, label in zip(predicted, test.labels)])
    measuring.report("0.7.2", seconds, {"accuracy": right}, "its own tree of labels and its own penalty")


def main():
    name, reg_param, program, *options, tolerance = sys.argv[1:]
    globals()[program](Task(name, float(reg_param), tolerance), *options)


main()
