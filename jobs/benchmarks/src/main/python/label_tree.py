"""Trains Omikuji at its defaults, on two threads: label_tree.py TRAIN TEST, files below target/work.

Prints the report of the run as JSON. Seconds are for training and for reading the file, which takes a few of them.
"""
import sys
import time
from importlib.metadata import version

import measuring

BEAM = 10


def train(file):
    """The model, and the seconds that it took."""
    import omikuji

    start = time.perf_counter()
    model = omikuji.Model.train_on_data(str(file), omikuji.Model.default_hyper_param(), 2)
    return model, time.perf_counter() - start


def rows(file):
    with open(file) as lines:
        next(lines)
        for line in lines:
            label, *pairs = line.split()
            yield int(label), [(int(feature), float(value)) for feature, value in (pair.split(":") for pair in pairs)]


def main():
    model, seconds = train(measuring.WORK / sys.argv[1])
    peak = measuring.own_peak()
    test = list(rows(measuring.WORK / sys.argv[2]))
    start = time.perf_counter()
    right = 0
    for label, features in test:
        best = model.predict(features, beam_size=BEAM, top_k=1)
        right += bool(best) and best[0][0] == label
    predicting = time.perf_counter() - start
    figures = {f"beam {BEAM}: accuracy": right / len(test), f"beam {BEAM}: rows/s": len(test) / predicting}
    measuring.report(f"omikuji {version('omikuji')}", seconds, figures, "", peak)


main()
