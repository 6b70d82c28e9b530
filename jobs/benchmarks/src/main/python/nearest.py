"""Finds the nearest rows by scikit-learn's brute force, and compares them with those of this project."""
import time

import numpy as np
import sklearn
from sklearn.neighbors import NearestNeighbors

import measuring

ROWS, SIZE, NEIGHBOURS = 15_000, 384, 20

vectors = np.fromfile(measuring.WORK / "nearest-vectors.f32", dtype="<f4").reshape(-1, SIZE)
rows, queries = vectors[:ROWS], vectors[ROWS:]
search = NearestNeighbors(n_neighbors=NEIGHBOURS, algorithm="brute", metric="cosine").fit(rows)
search.kneighbors(queries[:2_000])
start = time.perf_counter()
found = search.kneighbors(queries, return_distance=False)
seconds = time.perf_counter() - start
ours = np.fromfile(measuring.WORK / "nearest-neighbours.i32", dtype="<i4").reshape(-1, NEIGHBOURS)
same = np.mean([len(np.intersect1d(one, other)) for one, other in zip(found, ours)]) / NEIGHBOURS
measuring.report(f"scikit-learn {sklearn.__version__}", seconds, {"same_neighbours": same})
