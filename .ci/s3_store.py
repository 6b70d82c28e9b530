"""What .ci/s3 left in its server: s3_store.py ENDPOINT SPARK_HOME SECRET JAR

The tables are there and readable, the secret is not in them, and of two writers that write the same file of a table's log at the
same time, through ConditionalLogStore, one is refused.
"""

import os
import sys
import threading

from deltalake import DeltaTable

TRIALS = 20


def main():
    endpoint, spark, secret, jar = sys.argv[1:5]
    options = {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_REGION": "eu-central-1",
        "AWS_ACCESS_KEY_ID": secret,
        "AWS_SECRET_ACCESS_KEY": secret,
        "AWS_ALLOW_HTTP": "true",
    }
    root = "s3://lake/pigeonhole/tickets"
    counts = {}
    for table in ("examples", "rejects", "splits", "models", "predictions", "evaluation_summary", "runs"):
        rows = DeltaTable(f"{root}/{table}", storage_options=options).to_pyarrow_table()
        counts[table] = rows.num_rows
        if secret in str(rows.to_pylist()):
            raise SystemExit(f"FAILED: the table {table} has the secret key in it")
    if min(counts.values()) == 0:
        raise SystemExit(f"FAILED: a table on s3a is empty: {counts}")
    print("  rows of tables on s3a:", ", ".join(f"{table} {count}" for table, count in counts.items()))
    two_writers(endpoint, spark, secret, jar)


def two_writers(endpoint, spark, secret, jar):
    os.environ["SPARK_HOME"] = spark
    from py4j.protocol import Py4JJavaError
    from pyspark.java_gateway import launch_gateway

    os.environ["PYSPARK_SUBMIT_ARGS"] = f"--driver-class-path 'conf/spark/s3/target/jars/*:{jar}' pyspark-shell"
    gateway = launch_gateway()
    java = gateway.jvm
    # each refusal is a warning of S3A's
    logging = java.org.apache.logging.log4j
    logging.core.config.Configurator.setRootLevel(logging.Level.ERROR)
    conf = java.org.apache.hadoop.conf.Configuration()
    for key, value in {
        "fs.s3a.endpoint": endpoint,
        "fs.s3a.endpoint.region": "eu-central-1",
        "fs.s3a.path.style.access": "true",
        "fs.s3a.access.key": secret,
        "fs.s3a.secret.key": secret,
    }.items():
        conf.set(key, value)
    store = java.io.pigeonhole.jobs.store.ConditionalLogStore(conf)
    refused = 0
    for trial in range(TRIALS):
        commit = java.org.apache.hadoop.fs.Path(f"s3a://lake/two-writers/_delta_log/{trial:020d}.json")
        outcomes = []
        both = threading.Barrier(2)

        def commit_as(writer, commit=commit, outcomes=outcomes, both=both):
            actions = java.java.util.ArrayList()
            actions.add(f'{{"writer": {writer}}}')
            both.wait()
            try:
                store.write(commit, actions.iterator(), False, conf)
                outcomes.append(writer)
            except Py4JJavaError as e:
                if "FileAlreadyExistsException" not in str(e.java_exception):
                    raise

        writers = [threading.Thread(target=commit_as, args=(writer,)) for writer in range(2)]
        for thread in writers:
            thread.start()
        for thread in writers:
            thread.join()
        lines = store.read(commit, conf)
        kept = lines.next()
        if len(outcomes) != 1 or kept != f'{{"writer": {outcomes[0]}}}':
            raise SystemExit(f"FAILED: of two writers of a commit {len(outcomes)} succeeded, and {kept} stands there")
        refused += 1
    print(f"  {refused} of {TRIALS} times, one of two simultaneous writers of a commit was refused, and the other's stands")


if __name__ == "__main__":
    main()
