"""CLINC150 with 10 of 150 intents held out: new_intents.py discover, or new_intents.py added MODEL."""
import json
import os
import pathlib
import subprocess
import time

import family
import measuring
import sys

ADDED_ROWS = 5
DATA = json.loads((pathlib.Path(os.environ["CLINC150"]) / "data_full.json").read_text(encoding="utf-8"))
# every fifteenth by name
HELD = sorted({intent for _, intent in DATA["train"]})[7::15]
INTENT = {text: intent for text, intent in DATA["test"]}
STORE = family.store_of("clinc150_new")


def variables(rows, label):
    return {"HELD": ", ".join(f"'{intent}'" for intent in HELD), "ROWS": str(rows), "LABEL": label}


def before():
    """The store, trained without the held-out intents."""
    family.run("clinc150_new", store=STORE, variables=variables(0, "'not_yet'"))


def discover():
    before()
    start = time.perf_counter()
    command = [family.HOME / "pigeonhole", "discover", family.CONFIGURATIONS / "clinc150_new.conf", "--set", f"store.root={STORE}",
               "--model", "softmax", "--split", "test", "--json"]
    done = subprocess.run(command, env=family.environment() | variables(0, "'not_yet'"), stdout=subprocess.PIPE, text=True)
    if done.returncode != 0:
        raise SystemExit(f"discover ended with {done.returncode}:\n{done.stdout}")
    seconds = time.perf_counter() - start
    members, clusters = family.frame(STORE, "proposed_members"), family.frame(STORE, "proposed_classes")
    texts = family.frame(STORE, "examples")[["example_id", "text"]]
    rows = members.drop(columns="text").merge(texts, on="example_id")
    rows["intent"] = rows.text.map(INTENT)
    proposed = set(clusters[clusters.verdict == "proposed"].cluster)
    found, purities = set(), []
    for cluster, group in rows[rows.cluster.isin(proposed)].groupby("cluster"):
        counts = group.intent.value_counts()
        purity = counts.iloc[0] / len(group)
        purities.append(purity)
        print(f"cluster {cluster}: {len(group)} rows, {counts.index[0]}, purity {purity:.2f}")
        of_intent = (rows.intent == counts.index[0]).sum()
        if counts.index[0] in HELD and purity >= 0.8 and counts.iloc[0] >= of_intent / 2:
            found.add(counts.index[0])
    held = rows.intent.isin(HELD)
    measuring.report("this project", seconds, {
        "proposed": len(found), "clusters proposed": len(proposed), "clustered rows": len(rows), "of held-out intents": held.sum(),
        "mean purity": sum(purities) / max(1, len(purities))})


def recalls(model):
    """Recall on test rows of the held-out intents and of the others, by the newest version of a model."""
    predictions = family.frame(STORE, "predictions")
    mine = predictions[(predictions.model == model) & (predictions.split == "test")]
    mine = mine[mine.version == mine.version.max()].merge(family.frame(STORE, "examples")[["example_id", "text"]], on="example_id")
    intent = mine.text.map(INTENT)
    right, held = mine.top_k.map(lambda classes: classes[0]["label"]) == intent, intent.isin(HELD)
    return right[held].mean(), right[~held].mean()


def added(model):
    before()
    _, old_before = recalls(model)
    family.run("clinc150_new", store=STORE, variables=variables(ADDED_ROWS, "intent") | {"ADD_TO": "1"})
    new, old = recalls(model)
    measuring.report("this project", family.seconds_of(STORE, model), {
        "recall of added intents": new, "accuracy on the others": old, "accuracy on the others before": old_before})


{"discover": discover, "added": added}[sys.argv[1]](*filter(None, sys.argv[2:]))
