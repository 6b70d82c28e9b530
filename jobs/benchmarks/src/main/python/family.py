"""A model of a pipeline, from its tables: family.py CONFIGURATION MODEL.

CONFIGURATION is a file of src/main/conf. The first contender runs it, into a store of its own below target/work; for the others
nothing is left to do. Seconds are those of the phase that fits the classifier; figures are those of the newest version of the model
that is evaluated on test.
"""
import json
import os
import pathlib
import subprocess
import sys

import measuring
from deltalake import DeltaTable

HOME = measuring.WORK.parents[3]
CONFIGURATIONS = pathlib.Path(__file__).resolve().parents[1] / "conf"
XGBOOST = "ml/dmlc/xgboost4j-spark_2.13"


def store_of(*names):
    return measuring.WORK / "families" / "-".join(names)


def environment():
    """The environment of the launcher: no Spark of its own, and the jar of XGBoost where the build has fetched it."""
    jars = sorted(pathlib.Path.home().glob(f".m2/repository/{XGBOOST}/*/*.jar"))
    return {name: value for name, value in os.environ.items() if name != "SPARK_HOME"} | {
        "PIGEONHOLE_JAVA_OPTS": f"-Xmx10g -Djava.io.tmpdir={measuring.WORK}",
        "PIGEONHOLE_CLASSPATH": os.pathsep.join(map(str, jars[-1:])),
    }


def run(configuration, store=None, variables=None):
    """The store of a configuration, after a run of it; variables are more of the environment."""
    store = store or store_of(configuration)
    file = CONFIGURATIONS / f"{configuration}.conf"
    command = [HOME / "pigeonhole", "run", file, "--set", f"store.root={store}", "--json"]
    done = subprocess.run(command, env=environment() | (variables or {}), stdout=subprocess.PIPE, text=True)
    if done.returncode != 0:
        raise SystemExit(f"the launcher ended with {done.returncode}:\n{done.stdout}")
    return store


def frame(store, table):
    if not (store / table).exists():
        return None
    return DeltaTable(store / table).to_pandas()


def figures(store, model):
    """The newest version with figures on test, and these figures."""
    summary = frame(store, "evaluation_summary")
    rows = summary[(summary.model == model) & (summary.slice == "all") & (summary.level == "leaf")
                   & summary.metric.isin(["accuracy", "macro_f1", "log_loss"])]
    version = rows[rows.split == "test"].version.max()
    rows = rows[rows.version == version]
    found = {}
    for row in rows.itertuples():
        if row.split == "test" or row.metric == "accuracy":
            found[row.metric if row.split == "test" else f"{row.split} {row.metric}"] = row.value
        if row.split == "test" and row.metric == "accuracy":
            found |= {"low": row.low, "high": row.high}
    unknown = frame(store, "evaluation_unknown")
    if unknown is not None:
        chosen = unknown[(unknown.model == model) & (unknown.version == version) & (unknown.slice == "all")
                         & (unknown.level == "leaf") & (unknown.split == "test")
                         & unknown.metric.isin(["unknown_recall", "in_scope_loss", "unknown_roc_auc"])]
        found |= {row.metric: row.value for row in chosen.itertuples()}
    predictions = frame(store, "predictions")
    mine = predictions[(predictions.model == model) & (predictions.version == version) & (predictions.split == "test")]
    mine = mine[mine.is_unknown != True]  # noqa: E712, null where there are no labels of no class
    if "decided_by" in mine and mine.decided_by.notna().any():
        # without the version: model@1
        shares = mine.decided_by.str.replace(r"@\d+$", "", regex=True).value_counts(normalize=True)
        found |= {f"share of {name}": share for name, share in shares.items()}
    return int(version), found


def seconds_of(store, model):
    """Seconds of the fit of the model's newest training."""
    runs, phases = frame(store, "runs"), frame(store, "run_phases")
    trained = runs[(runs.job == "train") & (runs.subject == model) & (runs.status == "done")].sort_values("started_at")
    mine = phases[phases.run_id == trained.iloc[-1].run_id]
    return float(mine[mine.phase == "fitting the classifier"].seconds.sum() or mine.seconds.sum())


def main():
    configuration, model = sys.argv[1:3]
    store = run(configuration)
    version, found = figures(store, model)
    measuring.report("this project", seconds_of(store, model), found, note=f"version {version}")


if __name__ == "__main__":
    main()
