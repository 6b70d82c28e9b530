"""Holds a store to one that another run of the same configuration wrote: same_tables.py STORE OTHER MODEL

Rows of examples, classes and splits must be the same ones; so must those of one model's version in all that follows. Left
out are the columns that say when and by which run.
"""

import hashlib
import sys

import delta_tables
import pyarrow.compute

WHOLE = ("examples", "rejects", "classes", "splits")
OF_A_MODEL = (
    "predictions",
    "evaluation_summary",
    "evaluation_per_class",
    "evaluation_confusion",
    "evaluation_calibration",
    "evaluation_curves",
)
LEFT_OUT = {"run_id", "since_run", "scored_at"}


def fingerprint(store, table, model):
    """Number of rows, and a hash of all of them in an order of their own."""
    rows = delta_tables.rows(f"{store}/{table}")
    columns = [name for name in sorted(rows.column_names) if name not in LEFT_OUT]
    if model:
        rows = rows.filter(pyarrow.compute.equal(rows["model"], model))
    texts = sorted(repr(tuple(row.values())) for row in rows.select(columns).to_pylist())
    return len(texts), hashlib.sha256("\n".join(texts).encode()).hexdigest()


def main():
    store, other, model = sys.argv[1:4]
    for table in WHOLE + OF_A_MODEL:
        of_model = model if table in OF_A_MODEL else None
        one, two = fingerprint(store, table, of_model), fingerprint(other, table, of_model)
        if one[0] == 0 and table != "rejects":
            raise SystemExit(f"FAILED: {table} of {store} has no row to compare")
        if one != two:
            raise SystemExit(f"FAILED: {table} has {one[0]} rows in one store, {two[0]} in the other, and other contents")
        print(f"  {table}: the same {one[0]} rows")


if __name__ == "__main__":
    main()
