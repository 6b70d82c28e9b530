"""Pigeonhole every night, under Airflow 3: one task per job, each a spark-submit that may be tried again.

    extract > stratify > [score_served > drift >] train > calibrate > score > evaluate > compare > gate
            > promote or keep_champion > report

With PIGEONHOLE_SERVED, the model is trained anew only where its predictions on what it is asked today have drifted from those
on test, or where there is none yet; else `no_drift` goes straight to the report.

The logical date is the time that sources are read at (`as_of`), so a run's ids follow from it, and a past date that is filled
in later reads the data as they were then. A backfill works in a store of its own, beside the nightly one, and takes no
champion away. Tasks run one after another: on S3, one process at a time may write to a store.

What it needs of its environment, at the time that the DAG is parsed:

    PIGEONHOLE_JAR             pigeonhole-jobs.jar
    PIGEONHOLE_CONF            the pipeline's file, where the drivers see it
    PIGEONHOLE_STORE           store.root, such as s3a://lake/pigeonhole/tickets
    PIGEONHOLE_MODEL           the model that is judged by gates and may become champion
    PIGEONHOLE_REPORTS         folder for reports, where tasks see it
    PIGEONHOLE_SERVED          optional: the rows that the model is asked to classify, as `score.examples` reads them, such as
                               { format = delta, path = "s3a://lake/served", query = "SELECT * FROM input WHERE day = '{{ ds }}'" }
    PIGEONHOLE_SPARK_DEFAULTS  optional: a file of Spark's settings, such as conf/spark/spark-defaults-medium.conf
    PIGEONHOLE_AS_OF           optional: "no" where sources are files, which have no past

and the Airflow connection `spark_default`: the master, and in its extra {"deploy-mode": "client" or "cluster"}.
"""

from __future__ import annotations

import os
import re
from datetime import datetime, timedelta, timezone

from airflow.providers.apache.spark.operators.spark_submit import SparkSubmitOperator
from airflow.sdk import DAG, chain, task
from airflow.sdk.exceptions import AirflowException, AirflowFailException, AirflowSkipException

# spark-submit's own exit code, and that of a driver in a pod where Spark tells it
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

    Wrong configurations and data that break the contract fail the task at once, since trying again does not change them;
    whatever else goes wrong is tried again, which is safe for every job.
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
    # there is nobody to compare with before the first champion, nor when nothing was trained anew
    compare = PigeonholeOperator(job="compare", arguments=["--model", MODEL], skipped=(CONFIGURATION, DATA_CONTRACT))
    # its driver runs where the task does, since a standalone master does not tell exit codes
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
    # not through compare alone, which may be skipped when there is something to judge
    training[-1] >> gate
    verdict(gate.output) >> [promote, keep_champion()] >> report
    if SERVED:
        # exit codes of these two are looked at as well, so their drivers run here; there is no model in the first night
        score_served = PigeonholeOperator(
            job="score",
            task_id="score_served",
            arguments=["--model", MODEL, "--set", f"score.examples={SERVED}"],
            skipped=(DATA_CONTRACT,),
            deploy_mode="client",
        )
        drift = PigeonholeOperator(job="drift", arguments=["--model", MODEL], accepted=(DRIFT,), deploy_mode="client")
        stay = no_drift()
        chain(stratify, score_served, drift)
        moved(drift.output) >> [training[0], stay]
        stay >> report
    else:
        stratify >> training[0]
