"""Objective and accuracy of linear models, in double precision: objective.py TABLE KIND REG_PARAM COEFFICIENTS.

The objective is the mean loss plus REG_PARAM / 2 times the squared length of the coefficients, summed over the problems; the
intercept is not penalised unless asked for. Prints the figures as JSON.
"""
import json
import pathlib
import sys

import numpy as np
from pyarrow import parquet
from scipy import sparse, special

import measuring

ROWS_AT_A_TIME = 20_000


class Table:
    """Rows of one split: a sparse matrix, labels, and paths from below the root."""

    def __init__(self, name, split):
        table = parquet.read_table(measuring.WORK / "features" / name / split).combine_chunks()
        vectors = table["features"].combine_chunks()
        self.labels = np.asarray(table["label"].to_pylist(), dtype=object)
        self.paths = table["path"].to_pylist()
        dense = vectors.field("type").to_numpy() == 1
        if dense.any():
            rows = [v["values"] if v["type"] == 1 else None for v in vectors.to_pylist()]
            width = next(len(row) for row in rows if row is not None)
            matrix = np.zeros((len(rows), width), dtype=np.float32)
            for i, vector in enumerate(vectors.to_pylist()):
                if vector["type"] == 1:
                    matrix[i] = vector["values"]
                else:
                    matrix[i, vector["indices"]] = vector["values"]
            self.matrix = sparse.csr_matrix(matrix)
        else:
            lengths = vectors.field("values").value_lengths().to_numpy()
            pointers = np.concatenate([[0], np.cumsum(lengths)])
            width = vectors.field("size").to_numpy()[0]
            self.matrix = sparse.csr_matrix((vectors.field("values").flatten().to_numpy().astype(np.float32),
                                             vectors.field("indices").flatten().to_numpy(), pointers),
                                            shape=(len(lengths), width))


def losses(table, kind, coefficients, columns):
    """Sum of the losses of each problem: a column of its own where the kind is logistic or squared_hinge, else a node."""
    nodes = [node for node, _ in columns]
    groups = {node: [i for i, one in enumerate(nodes) if one == node] for node in dict.fromkeys(nodes)}
    sums = np.zeros(len(columns) if kind in ("logistic", "squared_hinge") else len(groups))
    for start in range(0, table.matrix.shape[0], ROWS_AT_A_TIME):
        part = slice(start, start + ROWS_AT_A_TIME)
        margins = table.matrix[part] @ coefficients[:-1] + coefficients[-1]
        if kind in ("logistic", "squared_hinge"):
            signs = np.where(np.array([c for _, c in columns], dtype=object)[None, :] == table.labels[part, None], 1.0, -1.0)
            loss = np.logaddexp(0, -signs * margins) if kind == "logistic" else np.maximum(0, 1 - signs * margins) ** 2
            sums += loss.sum(axis=0)
            continue
        steps = [taken(path, label, kind) for path, label in zip(table.paths[part], table.labels[part])]
        for g, (node, group) in enumerate(groups.items()):
            place = {columns[i][1]: at for at, i in enumerate(group)}
            taking = [(row, place[step[node]]) for row, step in enumerate(steps) if node in step]
            if taking:
                rows, targets = np.array(taking).T
                own = margins[np.ix_(rows, group)]
                sums[g] += (special.logsumexp(own, axis=1) - own[np.arange(len(rows)), targets]).sum()
    return sums


def taken(path, label, kind):
    """The child taken at each node on the way to a label; a label that is an inner node ends in itself."""
    if kind != "hierarchical":
        return {"": label}
    return dict(zip([""] + path, path + [label]))


def objectives(table, kind, reg_param, coefficients, columns, penalised_bias=False):
    """Objective of each problem."""
    squares = (coefficients if penalised_bias else coefficients[:-1]).astype(np.float64) ** 2
    by_column = squares.sum(axis=0)
    sums = losses(table, kind, coefficients, columns) / table.matrix.shape[0]
    if kind in ("logistic", "squared_hinge"):
        return sums + reg_param / 2 * by_column
    nodes = [node for node, _ in columns]
    order = {node: at for at, node in enumerate(dict.fromkeys(nodes))}
    return sums + reg_param / 2 * np.bincount([order[node] for node in nodes], by_column)


def accuracy(table, kind, coefficients, columns):
    """Share of the rows whose most probable class is theirs; along the tree, of the product of the probabilities."""
    if kind != "hierarchical":
        names = np.array([child for _, child in columns], dtype=object)
        right = 0
        for start in range(0, table.matrix.shape[0], ROWS_AT_A_TIME):
            part = slice(start, start + ROWS_AT_A_TIME)
            margins = table.matrix[part] @ coefficients[:-1] + coefficients[-1]
            right += (names[margins.argmax(axis=1)] == table.labels[part]).sum()
        return right / len(table.labels)
    return tree_accuracy(table, coefficients, columns)


def tree_accuracy(table, coefficients, columns):
    paths = {label: path for label, path in zip(table.labels, table.paths)}
    at = {column: i for i, column in enumerate(columns)}
    nodes = np.array([node for node, _ in columns], dtype=object)
    groups = [np.flatnonzero(nodes == node) for node in dict.fromkeys(nodes)]
    labels = sorted(paths)
    right = 0
    for start in range(0, table.matrix.shape[0], ROWS_AT_A_TIME // 4):
        part = slice(start, start + ROWS_AT_A_TIME // 4)
        margins = table.matrix[part] @ coefficients[:-1] + coefficients[-1]
        for group in groups:
            margins[:, group] -= special.logsumexp(margins[:, group], axis=1, keepdims=True)
        scores = np.zeros((margins.shape[0], len(labels)))
        for i, label in enumerate(labels):
            for step in taken(paths[label], label, "hierarchical").items():
                if step in at:
                    scores[:, i] += margins[:, at[step]]
        right += (np.array(labels, dtype=object)[scores.argmax(axis=1)] == table.labels[part]).sum()
    return right / len(table.labels)


def figures(name, kind, reg_param, coefficients, columns, penalised_bias=False, train=None):
    """Objective on train and accuracy on test. With some of the classes alone, the objective that all would have."""
    train = train or Table(name, "train")
    coefficients = coefficients.astype(np.float64)
    each = objectives(train, kind, reg_param, coefficients, columns, penalised_bias)
    bias = "-penalised_bias" if penalised_bias else ""
    known = measuring.WORK / "features" / name / f"objectives-{kind}{bias}.npz"
    some = kind == "logistic" and len(columns) < len(set(train.labels))
    if some:
        reference = np.load(known, allow_pickle=True)
        total, values = reference["values"].sum(), dict(zip(reference["names"], reference["values"]))
        return {"objective": total * each.sum() / sum(values[child] for _, child in columns)}
    best = np.inf if not known.exists() else np.load(known, allow_pickle=True)["values"].sum()
    if each.sum() < best:
        names = [child for _, child in columns] if len(each) == len(columns) else range(len(each))
        np.savez(known, values=each, names=np.array(names, dtype=object))
    return {"objective": each.sum(), "accuracy": accuracy(Table(name, "test"), kind, coefficients, columns)}


def main():
    name, kind, reg_param, file = sys.argv[1], sys.argv[2], float(sys.argv[3]), pathlib.Path(sys.argv[4])
    columns = [tuple(line.split("\t")) for line in pathlib.Path(f"{file}.columns").read_text().splitlines()]
    coefficients = np.fromfile(file, dtype="<f4").reshape(-1, len(columns))
    print(json.dumps({k: float(v) for k, v in figures(name, kind, reg_param, coefficients, columns).items()}))


if __name__ == "__main__":
    main()
