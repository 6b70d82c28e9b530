"""Runs one job of the pipeline on generated rows: pipeline.py JOB DATA FEATURES ROWS SETTING. extract empties the store first."""
import json
import os
import resource
import shutil
import subprocess
import sys

import measuring

job, data, features, rows = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
home = measuring.WORK.parents[3]
store = measuring.WORK / f"store-of-{data}"
names = [f"f{i}" for i in range(features)]
configuration = measuring.WORK / f"{data}.conf"
configuration.write_text(f"""
name = scale
store.root = "{store}"
spark {{ "spark.master" = "local[2]", "spark.sql.shuffle.partitions" = 32 }}
sources = [{{
  kind = spark, name = rows, read {{ format = parquet, path = "{measuring.WORK / data}" }}
  columns {{ id = id, label = label, fields {{ {", ".join(f"{name} = {name}" for name in names)} }} }}
}}]
features = [{{ kind = numeric, columns = [{", ".join(names)}] }}]
models = [{{ name = softmax, trainer = softmax }}]
""")
if job == "extract":
    shutil.rmtree(store, ignore_errors=True)
environment = {name: value for name, value in os.environ.items() if name != "SPARK_HOME"}
environment["PIGEONHOLE_JAVA_OPTS"] = f"-Xmx2g -Djava.io.tmpdir={measuring.WORK}"
done = subprocess.run([home / "pigeonhole", job, configuration, "--json"], env=environment, stdout=subprocess.PIPE, check=True)
run = json.loads(done.stdout.splitlines()[-1])["runs"][0]
if run["status"] != "done":
    raise SystemExit(f"{job} had nothing to do; extract first")
accepted = {output["table"]: output["rows"] for output in run["outputs"]}["examples" if job == "extract" else "splits"]
if accepted != rows:
    raise SystemExit(f"{job} kept {accepted} of {rows} rows")
measuring.report("this project", run["seconds"], {"rows_per_second": rows / run["seconds"]},
                 peak=resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024)
