"""The tickets of jobs/pipeline, 3,000 rows: small.py WHAT OPTIONS SETTING. WHAT is a command of the launcher, or scikit-learn.

`run` begins with an empty store, and other commands work on the store that it left. OPTIONS are those of the command; heap=SIZE
among them limits the heap, counted among them counts SQL executions and Spark jobs by an event log.
"""
import csv
import glob
import json
import os
import resource
import shutil
import subprocess
import sys
import time

import measuring

HOME = measuring.WORK.parents[3]
PLACE = measuring.WORK / "small"
TICKETS = PLACE / "tickets.csv"


def prepare():
    """The rows and the configuration, which are those of the page."""
    PLACE.mkdir(parents=True, exist_ok=True)
    page = [sys.executable, HOME / ".ci/pages.py", "block", "hocon", "--page", "jobs/pipeline/README.md"]
    replace(PLACE / "tickets.conf", subprocess.run(page, cwd=HOME, stdout=subprocess.PIPE, check=True).stdout)
    replace(TICKETS, subprocess.run([sys.executable, HOME / ".ci/tickets.py", "3000"], stdout=subprocess.PIPE, check=True).stdout)


def replace(file, content):
    """Leaves a file that has the content alone: a file with another time is another input."""
    if not file.exists() or file.read_bytes() != content:
        file.write_bytes(content)


def launcher(command, options):
    """Runs a command of the launcher as its own process, from the shell's view."""
    prepare()
    store = PLACE / "store"
    if command == "run" and "nothing" not in options:
        shutil.rmtree(store, ignore_errors=True)
    environment = {name: value for name, value in os.environ.items() if name != "SPARK_HOME"}
    environment["TICKETS"] = str(TICKETS)
    java = [f"-Djava.io.tmpdir={measuring.WORK}"]
    events = PLACE / "events"
    more = []
    for option in options:
        if option.startswith("heap="):
            java.append("-Xmx" + option.removeprefix("heap="))
        elif option == "counted":
            shutil.rmtree(events, ignore_errors=True)
            events.mkdir()
            java += ["-Dspark.eventLog.enabled=true", "-Dspark.eventLog.compress=false", f"-Dspark.eventLog.dir={events}"]
        elif option != "nothing":
            more.append(option)
    environment["PIGEONHOLE_JAVA_OPTS"] = " ".join(java)
    start = time.perf_counter()
    done = subprocess.run(
        [HOME / "pigeonhole", command, PLACE / "tickets.conf", "--set", f"store.root={store}", *more],
        env=environment, stdout=subprocess.PIPE, check=True, text=True)
    seconds = time.perf_counter() - start
    if ("Nothing to do" in done.stdout) != ("nothing" in options):
        raise SystemExit(f"{command} did not do what is measured:\n{done.stdout}")
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    figures = {"processor_seconds": usage.ru_utime + usage.ru_stime}
    if "counted" in options:
        figures.update(counts(events))
    measuring.report("this project", seconds, figures, peak=usage.ru_maxrss / 1024)


def counts(events):
    """How many SQL executions and Spark jobs the event log has."""
    lines = [json.loads(line) for name in glob.glob(f"{events}/*/events_*") for line in open(name, encoding="utf-8")]
    kinds = [line["Event"].rsplit(".", 1)[-1] for line in lines]
    return {"sql_executions": kinds.count("SparkListenerSQLExecutionStart"), "spark_jobs": kinds.count("SparkListenerJobStart")}


def sklearn():
    """The like in scikit-learn: rows read and checked, split, three models, one setting picked, evaluation by class and slice."""
    prepare()
    start = time.perf_counter()
    script = [sys.executable, __file__, "sklearn-itself", ""]
    done = subprocess.run(script, stdout=subprocess.PIPE, check=True, text=True)
    seconds = time.perf_counter() - start
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    said = json.loads(done.stdout.splitlines()[-1])
    figures = {"processor_seconds": usage.ru_utime + usage.ru_stime, "accuracy": said["accuracy"]}
    measuring.report(f"scikit-learn {said['version']}", seconds, figures, peak=usage.ru_maxrss / 1024)


def sklearn_itself():
    import sklearn as library
    from scipy.sparse import csr_matrix, hstack
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.metrics import accuracy_score, classification_report, confusion_matrix, log_loss
    from sklearn.model_selection import train_test_split
    from sklearn.multiclass import OneVsRestClassifier
    from sklearn.preprocessing import OneHotEncoder, StandardScaler

    def number(text):
        try:
            return float(text)
        except ValueError:
            return None

    with open(TICKETS, encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["message"] and number(row["minutes_open"]) is not None]
    labels = [row["topic"] for row in rows]
    train, rest = train_test_split(rows, test_size=0.3, stratify=labels, random_state=7)
    validation, test = train_test_split(rest, test_size=0.5, stratify=[row["topic"] for row in rest], random_state=7)
    words, characters = TfidfVectorizer(ngram_range=(1, 2)), TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5))
    channels, scale = OneHotEncoder(handle_unknown="ignore"), StandardScaler()

    def features(some, fit):
        texts = [row["message"] for row in some]
        channel = [[row["channel"]] for row in some]
        minutes = [[number(row["minutes_open"])] for row in some]
        apply = "fit_transform" if fit else "transform"
        return hstack([
            getattr(words, apply)(texts), getattr(characters, apply)(texts),
            getattr(channels, apply)(channel), csr_matrix(getattr(scale, apply)(minutes))]).tocsr()

    x = {"train": features(train, True), "validation": features(validation, False), "test": features(test, False)}
    y = {name: [row["topic"] for row in some] for name, some in (("train", train), ("validation", validation), ("test", test))}
    softmax = max(
        (LogisticRegression(C=c, max_iter=200).fit(x["train"], y["train"]) for c in (1, 10)),
        key=lambda model: accuracy_score(y["validation"], model.predict(x["validation"])))
    models = [softmax, OneVsRestClassifier(LogisticRegression(max_iter=200, class_weight="balanced")).fit(x["train"], y["train"])]
    departments = {row["topic"]: row["department"] for row in rows}
    for department in sorted(set(departments.values())):
        inside = [i for i, label in enumerate(y["train"]) if departments[label] == department]
        models.append(LogisticRegression(max_iter=200).fit(x["train"][inside], [y["train"][i] for i in inside]))
    models.append(LogisticRegression(max_iter=200).fit(x["train"], [departments[label] for label in y["train"]]))
    for model in models[:2]:
        for name in ("validation", "test"):
            predicted, probabilities = model.predict(x[name]), model.predict_proba(x[name])
            log_loss(y[name], probabilities, labels=model.classes_)
            confusion_matrix(y[name], predicted)
            classification_report(y[name], predicted, output_dict=True)
            rows_of = {"validation": validation, "test": test}[name]
            for channel in ("mail", "phone", "chat"):
                part = [i for i, row in enumerate(rows_of) if row["channel"] == channel]
                classification_report([y[name][i] for i in part], predicted[part], output_dict=True, zero_division=0)
    print(json.dumps({"version": library.__version__, "accuracy": accuracy_score(y["test"], models[0].predict(x["test"]))}))


if __name__ == "__main__":
    arguments = sys.argv[1:-1]
    if arguments == ["scikit-learn"]:
        sklearn()
    elif arguments == ["sklearn-itself"]:
        sklearn_itself()
    else:
        launcher(arguments[0], arguments[1:])
