"""Pigeonhole every night, under Airflow 3: one task per job, each a spark-submit that is safe to retry.

    extract > stratify > [score_served > drift >] train > calibrate > score > evaluate > compare > gate
            > promote or keep_champion > report

With PIGEONHOLE_SERVED, the model is trained again only if there is none yet, or if its predictions on today's rows have drifted
from those on test. Otherwise `no_drift` goes straight to the report. Beside drift, `discover` proposes classes among the rows
that the model knows none for; it decides nothing.

Sources are read at the logical date (`as_of`), so the ids of the runs depend on it, and a backfill of a past date reads the data
as they were then. A backfill works in a store of its own, beside the nightly one, and does not change the champion. Tasks run one
after another: only one process at a time may write to a store.

The DAG reads these environment variables when it is parsed:

    PIGEONHOLE_JAR             pigeonhole-jobs.jar
    PIGEONHOLE_CONF            the pipeline's file, at a place that the drivers can read
    PIGEONHOLE_STORE           store.root, such as s3a://lake/pigeonhole/tickets
    PIGEONHOLE_MODEL           the model that the gates judge and that may become champion
    PIGEONHOLE_REPORTS         folder for reports that the tasks can write to
    PIGEONHOLE_SERVED          optional: the rows that the model is asked to classify, a value of `score.examples`, such as
                               { format = delta, path = "s3a://lake/served", query = "SELECT * FROM input WHERE day = '{{ ds }}'" }
    PIGEONHOLE_SPARK_DEFAULTS  optional: a file of Spark's settings, such as conf/spark/spark-defaults-medium.conf
    PIGEONHOLE_AS_OF           optional: "no" if sources are files, which have no history

and the Airflow connection `spark_default`: the master, and in its extra {"deploy-mode": "client" or "cluster"}.
"""

from __future__ import annotations

import os
import re
from datetime import datetime, timedelta, timezone

from airflow.providers.apache.spark.operators.spark_submit import SparkSubmitOperator
from airflow.sdk import DAG, chain, task
from airflow.sdk.exceptions import AirflowException, AirflowFailException, AirflowSkipException

# spark-submit's own exit code, and that of a driver in a pod, if Spark reports it
EXIT_CODE = re.compile(r"(?:Error code|Kubernetes spark exit code) is: (-?\d+)")
CONFIGURATION, DATA_CONTRACT, GATE, DRIFT = 2, 3, 4, 7

MODEL = os.environ.get("PIGEONHOLE_MODEL", "softmax")
REPORTS = os.environ.get("PIGEONHOLE_REPORTS", "/tmp")
SERVED = os.environ.get("PIGEONHOLE_SERVED", "")
TIME = "(dag_run.logical_date or dag_run.run_after)"
DAY = "{{ " + TIME + ".strftime('%Y-%m-%d') }}"
BACKFILL = "{{ '-backfill/' ~ " + TIME + ".strftime('%Y-%m-%d') if dag_run.run_type == 'backfill' else '' }}"
STORE = "{{ params.store }}" + BACKFILL
ANY = "none_failed_min_one_success"
AS_OF = "as_of={{ " + TIME + ".strftime('%Y-%m-%dT%H:%M:%SZ') }}"


class PigeonholeOperator(SparkSubmitOperator):
    """One job by spark-submit. Returns its exit code: 0, or one of those that do not fail the task.

    A wrong configuration, or data that break the contract, fail the task at once, because a retry does not change them. All
    other failures are retried, which is safe for every job.
    """

    def __init__(self, *, job, task_id=None, arguments=(), accepted=(), skipped=(), **kwargs):
        pinned = () if os.environ.get("PIGEONHOLE_AS_OF") == "no" else ("--set", AS_OF)
        super().__init__(
            task_id=task_id or job,
            name=f"pigeonhole-{task_id or job}-{DAY}",
            application=os.environ.get("PIGEONHOLE_JAR", "/opt/pigeonhole/pigeonhole-jobs.jar"),
            java_class="io.pigeonhole.jobs.Main",
            application_args=[
                *(job, "--conf", "{{ params.conf }}", "--set", f"store.root={STORE}"),
                *(*pinned, *arguments, "--json"),
            ],
            properties_file=os.environ.get("PIGEONHOLE_SPARK_DEFAULTS"),
            **kwargs,
        )
        self.accepted = accepted
        self.skipped = skipped

    def execute(self, context):
        try:
            super().execute(context)
        except (AirflowException, RuntimeError) as failure:
            codes = [int(code) for code in EXIT_CODE.findall(str(failure)) if int(code) != 0]
            code = codes[-1] if codes else None
            if code in self.accepted:
                return code
            if code in self.skipped:
                raise AirflowSkipException(f"there is nothing to do yet (exit code {code})") from failure
            if code in (CONFIGURATION, DATA_CONTRACT):
                raise AirflowFailException(f"exit code {code}: the log says why; trying again will not help") from failure
            raise
        return 0


@task.branch(trigger_rule="none_failed")
def moved(code: int | None) -> str:
    """Drift's exit code chooses; where there is none, nothing has been trained before."""
    return "no_drift" if code == 0 else "train"


@task
def no_drift() -> None:
    """The model sees what it used to see: it stays, and the table drift says how near that is."""


@task.branch
def verdict(code: int) -> str:
    """The gate's exit code chooses."""
    return "promote" if code == 0 else "keep_champion"


@task
def keep_champion() -> None:
    """The gates did not pass: the version stays a candidate, and the table gates says why."""


with DAG(
    dag_id="pigeonhole_nightly",
    description="Trains, evaluates and judges the classifier on what the sources held at the logical date",
    schedule="0 2 * * *",
    start_date=datetime(2026, 1, 1, tzinfo=timezone.utc),
    catchup=False,
    max_active_runs=1,
    max_active_tasks=1,
    params={
        "conf": os.environ.get("PIGEONHOLE_CONF", "/opt/pigeonhole/conf/tickets.conf"),
        "store": os.environ.get("PIGEONHOLE_STORE", "s3a://lake/pigeonhole/tickets"),
    },
    default_args={
        "retries": 2,
        "retry_delay": timedelta(seconds=int(os.environ.get("PIGEONHOLE_RETRY_SECONDS", "300"))),
        "retry_exponential_backoff": True,
        "execution_timeout": timedelta(hours=6),
    },
    tags=["pigeonhole"],
    doc_md=__doc__,
) as dag:
    extract, stratify, *training = (
        PigeonholeOperator(job=job) for job in ("extract", "stratify", "train", "calibrate", "score", "evaluate")
    )
    # before the first champion, or if nothing was trained, there is nothing to compare with
    compare = PigeonholeOperator(job="compare", arguments=["--model", MODEL], skipped=(CONFIGURATION, DATA_CONTRACT))
    # its driver runs on the machine of the task, because a standalone master does not report exit codes
    gate = PigeonholeOperator(
        job="gate", arguments=["--model", MODEL], accepted=(GATE,), deploy_mode="client", trigger_rule=ANY
    )

    promote = PigeonholeOperator(
        job="promote", arguments=["--model", MODEL, "--by", "airflow", "--reason", "gates passed: {{ run_id }}"]
    )

    report = PigeonholeOperator(
        job="report",
        arguments=["--model", MODEL, "--out", f"{REPORTS}/{DAY}.html"],
        deploy_mode="client",
        trigger_rule=ANY,
    )

    chain(extract, stratify)
    chain(*training, compare, gate)
    # not through compare alone, which may be skipped although there is a version to judge
    training[-1] >> gate
    verdict(gate.output) >> [promote, keep_champion()] >> report
    if SERVED:
        # the exit codes of these two matter as well, so their drivers run here; in the first night there is no model
        served = ["--model", MODEL, "--set", f"score.examples={SERVED}"]
        score_served = PigeonholeOperator(
            job="score",
            task_id="score_served",
            arguments=served,
            skipped=(DATA_CONTRACT,),
            deploy_mode="client",
        )
        drift = PigeonholeOperator(job="drift", arguments=["--model", MODEL], accepted=(DRIFT,), deploy_mode="client")
        # the report of a version shows what was proposed with it
        discover = PigeonholeOperator(job="discover", arguments=served)
        score_served >> discover >> report
        stay = no_drift()
        chain(stratify, score_served, drift)
        moved(drift.output) >> [training[0], stay]
        stay >> report
    else:
        stratify >> training[0]
