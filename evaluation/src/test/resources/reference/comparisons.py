"""Writes comparisons.csv beside this script: small tests and intervals, and what SciPy and statsmodels compute of them.

Run with SciPy 1.11 or later and statsmodels 0.14 or later: python comparisons.py
A line is: what, its arguments separated by blanks, the expected figures separated by blanks.
"""

import math
import pathlib
from math import comb

import numpy as np
from scipy import stats
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

LINES = ["what,arguments,expected"]


def line(what, arguments, expected):
    LINES.append(f"{what},{' '.join(map(str, arguments))},{' '.join(repr(float(figure)) for figure in expected)}")


def mcnemar_mid_p(only_first, only_second):
    """Exact p-value less the chance of what was seen; 1 where both are the same."""
    exact = mcnemar([[0, only_first], [only_second, 0]], exact=True).pvalue
    seen = stats.binom.pmf(min(only_first, only_second), only_first + only_second, 0.5)
    return 1 if only_first == only_second else exact - seen


def fisher_mid_p(x1, n1, x2, n2):
    hypergeometric = stats.hypergeom(n1 + n2, x1 + x2, n1)
    outcomes = hypergeometric.pmf(np.arange(max(0, x1 + x2 - n2), min(n1, x1 + x2) + 1))
    seen = hypergeometric.pmf(x1)
    exact = stats.fisher_exact([[x1, n1 - x1], [x2, n2 - x2]])[1]
    alike = np.abs(outcomes - seen) <= seen * 1e-7
    return 1 if seen >= outcomes.max() * (1 - 1e-7) else exact - outcomes[alike].sum() / 2


def newcombe_paired(both, first, second, neither):
    """Method 10 of Newcombe 1998, coded from the paper; the first table is one of its examples: [0.0569, 0.3404]."""
    n = both + first + second + neither
    p1, p2 = (both + first) / n, (both + second) / n
    (l1, u1), (l2, u2) = (proportion_confint(k, n, method="wilson") for k in (both + first, both + second))
    margins = (both + first) * (second + neither) * (both + second) * (first + neither)
    cross = both * neither - first * second
    corrected = cross - n / 2 if cross > n / 2 else min(cross, 0)
    phi = corrected / math.sqrt(margins) if margins else 0
    below = math.sqrt((p2 - l2) ** 2 - 2 * phi * (p2 - l2) * (u1 - p1) + (u1 - p1) ** 2)
    above = math.sqrt((u2 - p2) ** 2 - 2 * phi * (u2 - p2) * (p1 - l1) + (p1 - l1) ** 2)
    return p2 - p1 - below, p2 - p1 + above


def swaps(metric, both, first, second, neither, other_both, other_first, other_second):
    """Every way in which the rows that the models see differently could have fallen, by brute force."""
    hits = 2 * both + first + second
    said = hits + 2 * other_both + other_first + other_second
    label = 2 * (both + first + second + neither)
    rate = hits / said if metric == "precision" else 2 * hits / (label + said)
    weight = 1 - rate if metric == "precision" else 2 - rate
    distance = abs(weight * (second - first) - rate * (other_second - other_first))
    p = 0
    for i in range(first + second + 1):
        for j in range(other_first + other_second + 1):
            ways = comb(first + second, i) * comb(other_first + other_second, j)
            ahead = abs(weight * (2 * i - first - second) - rate * (2 * j - other_first - other_second))
            p += ways * (1 if ahead > distance + 1e-9 else 0.5 if ahead > distance - 1e-9 else 0)
    return p / 2 ** (first + second + other_first + other_second)


for table in [(1, 7), (10, 25), (3, 3), (0, 6), (40, 81), (0, 0)]:
    line("mcnemar", table, [mcnemar_mid_p(*table) if sum(table) else 1])
for table in [(7, 34, 1, 34), (45, 50, 35, 50), (90, 100, 160, 200), (3, 10, 3, 10), (0, 5, 4, 6)]:
    line("fisher", table, [fisher_mid_p(*table)])
for x1, n1, x2, n2 in [(48, 80, 56, 70), (9, 10, 3, 10), (10, 10, 20, 20), (5, 56, 0, 29)]:
    line("newcombe", (x1, n1, x2, n2), confint_proportions_2indep(x2, n2, x1, n1, method="newcomb", compare="diff"))
for table in [(36, 12, 2, 0), (20, 10, 3, 30), (80, 4, 9, 7), (50, 0, 0, 50), (10, 0, 0, 0), (5, 20, 25, 3)]:
    line("newcombe_paired", table, newcombe_paired(*table))
for table in [(20, 3, 9, 8, 5, 6, 2), (40, 2, 12, 6, 3, 5, 1)]:
    for metric in ("precision", "f1"):
        line("swaps_" + metric, table, [swaps(metric, *table)])
P_VALUES = [0.001, 0.04, 0.012, 0.2, 0.012, 0.9, 0.03]
for ours, theirs in (("holm", "holm"), ("benjamini_hochberg", "fdr_bh"), ("bonferroni", "bonferroni")):
    line(ours, P_VALUES, multipletests(P_VALUES, method=theirs)[1])
pathlib.Path(__file__).with_name("comparisons.csv").write_text("\n".join(LINES) + "\n", encoding="utf-8")
