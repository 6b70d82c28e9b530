"""Tries conf/airflow/pigeonhole_nightly.py under the Airflow of this Python.

    airflow_dag.py source FOLDER    a Delta table of tickets: one version of three days ago, one of today with more rows
    airflow_dag.py check            the DAG is read without an error or a warning, and has the graph that it should have
    airflow_dag.py codes WORK       exit codes of single jobs, on the store that "run" has left
    airflow_dag.py run WORK         "airflow dags test" for the day before yesterday; one task's process is killed on the way;
                                    and for yesterday, when predictions have not drifted and nothing is trained
"""

import contextlib
import csv
import datetime
import importlib.util
import io
import json
import os
import pathlib
import signal
import subprocess
import sys
import threading
import time
from types import SimpleNamespace

DAG = "pigeonhole_nightly"
DAY = datetime.timedelta(days=1)
KILLED = "train"
ROWS_THEN, ROWS_NOW = 600, 900
EDGES = {
    "extract": {"stratify"},
    "stratify": {"score_served"},
    "score_served": {"drift", "discover"},
    "discover": {"report"},
    "drift": {"moved"},
    "moved": {"train", "no_drift"},
    "no_drift": {"report"},
    "train": {"calibrate"},
    "calibrate": {"score"},
    "score": {"evaluate"},
    "evaluate": {"compare", "gate"},
    "compare": {"gate"},
    "gate": {"verdict"},
    "verdict": {"promote", "keep_champion"},
    "promote": {"report"},
    "keep_champion": {"report"},
    "report": set(),
}


def fail(text):
    raise SystemExit(f"FAILED: {text}")


def source(folder):
    import pyarrow
    from deltalake import write_deltalake

    made = subprocess.run([sys.executable, ".ci/tickets.py", str(ROWS_NOW)], capture_output=True, text=True, check=True).stdout
    rows = list(csv.DictReader(io.StringIO(made)))
    write_deltalake(folder, pyarrow.Table.from_pylist(rows[:ROWS_THEN]))
    write_deltalake(folder, pyarrow.Table.from_pylist(rows[ROWS_THEN:]), mode="append")
    # a Delta table's commits have the times of its log's files
    then = time.time() - 3 * DAY.total_seconds()
    os.utime(pathlib.Path(folder, "_delta_log", "00000000000000000000.json"), (then, then))


def check():
    import jinja2
    from airflow.dag_processing.dagbag import DagBag
    from airflow.utils.types import DagRunType

    bag = DagBag()
    if bag.import_errors or bag.captured_warnings:
        fail(f"the DAG is not read cleanly: {bag.import_errors} {bag.captured_warnings}")
    edges = {task.task_id: set(task.downstream_task_ids) for task in bag.dags[DAG].tasks}
    if edges != EDGES:
        fail(f"the DAG's graph is {edges}")
    print(f"  {DAG}: {len(edges)} tasks, no import error, no warning")
    backfilled = SimpleNamespace(
        logical_date=datetime.datetime(2026, 11, 20, 2, tzinfo=datetime.timezone.utc), run_type=DagRunType.BACKFILL_JOB
    )
    ours = module()
    for template, expected in (
        (ours.STORE, "s3a://lake/t-backfill/2026-11-20"),
        (ours.AS_OF, "as_of=2026-11-20T02:00:00Z"),
    ):
        rendered = jinja2.Template(template).render(params={"store": "s3a://lake/t"}, dag_run=backfilled)
        if rendered != expected:
            fail(f"a backfill gets {rendered}, not {expected}")


def module():
    """The file itself, as a module."""
    spec = importlib.util.spec_from_file_location(DAG, f"conf/airflow/{DAG}.py")
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded


def codes(work):
    """What becomes of a job's exit codes, of real jobs: a gate that does not pass, and a job before which nothing has run."""
    from airflow.sdk.exceptions import AirflowFailException

    ours = module()

    def job(name, *arguments, **settings):
        operator = ours.PigeonholeOperator(job=name, **settings)
        operator.name = f"pigeonhole-{name}"
        operator.application_args = [name, "--conf", os.environ["PIGEONHOLE_CONF"], *arguments]
        return operator.execute({})

    store = f"store.root={os.environ['PIGEONHOLE_STORE']}"
    code = job("gate", "--model", "softmax", "--set", store, "--set", 'gates.statements=["accuracy >= 0.9999"]', accepted=(4,))
    if code != 4:
        fail(f"a gate that does not pass gives {code}")
    if ours.verdict.function(code) != "keep_champion" or ours.verdict.function(0) != "promote":
        fail("the branch does not follow the gate")
    table = f"{os.environ['PIGEONHOLE_STORE']}/examples"
    served = f'{{ format = delta, path = "{table}", query = "SELECT * FROM input WHERE label = (SELECT min(label) FROM input)" }}'
    job("score", "--model", "softmax", "--set", store, "--set", f"score.examples={served}")
    code = job("drift", "--model", "softmax", "--set", store, accepted=(7,))
    if code != 7 or {ours.moved.function(code), ours.moved.function(None)} != {"train"} or ours.moved.function(0) != "no_drift":
        fail(f"the branch does not follow drift, which ended with {code}")
    try:
        job("stratify", "--set", f"store.root={work}/empty")
        fail("a job without its inputs did not fail")
    except AirflowFailException as refused:
        print("  exit code 4 keeps the champion, and a failure that stays is not tried again:", refused)


def processes(words):
    """Ids of Java processes whose command line has all these words."""
    for folder in pathlib.Path("/proc").iterdir():
        try:
            command = (folder / "cmdline").read_bytes().split(b"\0") if folder.name.isdigit() else []
        except OSError:
            continue
        # spark-submit has its command put together by another Java process, which has the same words
        if b"org.apache.spark.launcher.Main" in command or not command[:1] or not command[0].endswith(b"java"):
            continue
        if all(word.encode() in command for word in words):
            yield int(folder.name)


def kill_once(words, killed):
    """Kills the first such process, once it has been at work for a moment."""
    while not killed:
        for process in processes(words):
            time.sleep(4)
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
                killed.append(process)
                return
        time.sleep(0.2)


def dags_test(date, log):
    """One run of the DAG for a logical date."""
    airflow = pathlib.Path(sys.executable).with_name("airflow")
    with log.open("w", encoding="utf-8") as out:
        done = subprocess.run([airflow, "dags", "test", DAG, date.isoformat()], stdout=out, stderr=subprocess.STDOUT, check=False)
    if done.returncode != 0:
        fail(f"airflow dags test ended with {done.returncode}; its end:\n" + log.read_text(encoding="utf-8")[-4000:])


def run(work):
    import delta_tables

    then = datetime.datetime.now(datetime.timezone.utc) - 2 * DAY
    store = pathlib.Path(os.environ["PIGEONHOLE_STORE"])
    killed = []
    threading.Thread(target=kill_once, args=([KILLED, f"store.root={store}"], killed), daemon=True).start()
    dags_test(then, work / "dags_test.txt")
    if not killed:
        fail(f"no process of the task {KILLED} was found to be killed")
    first_night = {"score_served", "drift", "discover", "no_drift", "compare", "keep_champion"}
    if states(then, skipped=first_night)[KILLED] != 2:
        fail(f"{KILLED}, whose process {killed} was killed, was not tried twice")
    print(f"  the first night trains and promotes; {KILLED} was killed and tried again")
    rows = delta_tables.rows(store / "runs").to_pylist()
    extracted = next(row for row in rows if row["job"] == "extract")
    print("  extract:", extracted["status"], "at version", extracted["inputs"])
    if delta_tables.rows(store / "examples").num_rows > ROWS_THEN:
        fail("rows were read that came after the logical date")
    dags_test(then + DAY, work / "dags_test_again.txt")
    second_night = {"extract", "stratify", "score_served", "discover", "drift", "moved", "no_drift", "report"}
    states(then + DAY, skipped=EDGES.keys() - second_night)
    runs = delta_tables.rows(store / "runs").to_pylist()
    if not any(row["job"] == "discover" and row["status"] == "done" for row in runs):
        fail("discover has left no finished run")
    print("  the second night finds no drift, looks for new classes, and trains nothing")
    for date in then, then + DAY:
        if not list((work / "reports").glob(f"{date:%Y-%m-%d}.html")):
            fail(f"there is no report of {date}")


def states(date, skipped):
    """All tasks of a date ended as they should; how often each was tried."""
    from airflow.models.taskinstance import TaskInstance
    from airflow.utils.session import create_session

    with create_session() as session:
        tasks = [task for task in session.query(TaskInstance).filter_by(dag_id=DAG) if task.dag_run.logical_date == date]
        ends = {task.task_id: task.state for task in tasks}
        tries = {task.task_id: task.try_number for task in tasks}
    if ends != {task: "skipped" if task in skipped else "success" for task in EDGES}:
        fail(f"the tasks of {date} ended as {json.dumps(ends)}")
    return tries


def main():
    command, *arguments = sys.argv[1:]
    {"source": source, "check": check, "codes": codes, "run": lambda work: run(pathlib.Path(work))}[command](*arguments)


if __name__ == "__main__":
    main()
