"""What the contenders in Python share: reading the data, and reporting."""
import json
import pathlib

import numpy as np
from pyarrow import compute, parquet

WORK = pathlib.Path(__file__).resolve().parents[3] / "target" / "work"


def own_peak():
    """Most memory resident in this process so far, in MiB."""
    for line in pathlib.Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError("/proc/self/status, which Linux has, says nothing of VmHWM")


def report(version, seconds, figures, note="", peak=None):
    print(json.dumps({
        "version": version,
        "seconds": seconds,
        "peakMemoryMiB": own_peak() if peak is None else peak,
        "figures": {name: float(value) for name, value in figures.items()},
        "note": note,
    }))


def class_numbers(names):
    """The numbers in names such as class-12."""
    return compute.cast(compute.utf8_slice_codeunits(names, len("class-")), "int32").to_numpy()


def predictions(folder):
    """Labels and predictions as class numbers, and the matrix of probabilities, of generated predictions."""
    table = parquet.read_table(WORK / folder, columns=["label", "predicted", "probabilities"]).combine_chunks()
    labels, predicted = class_numbers(table["label"]), class_numbers(table["predicted"])
    lists = table["probabilities"].combine_chunks()
    entries = lists.flatten()
    classes = class_numbers(entries.field("label"))
    matrix = np.zeros((len(labels), 1 + max(labels.max(), classes.max())))
    rows = np.repeat(np.arange(len(labels)), lists.value_lengths().to_numpy())
    matrix[rows, classes] = entries.field("probability").to_numpy()
    return labels, predicted, matrix
