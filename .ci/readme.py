"""Takes the README's examples out of it, so that what it says is what is checked.

    readme.py block LANGUAGE [N]    prints the first, or Nth, fenced block of a language, such as hocon
    readme.py queries STORE...      runs each sql block on the tables of stores, in DuckDB and in Spark; of a table that several
                                    of them have, the first's
    readme.py python STORE          runs each python block on a store
"""

import os
import re
import sys
from pathlib import Path

README = Path(__file__).parent.parent / "README.md"


def blocks(language):
    found = re.findall(rf"^```{language}\n(.*?)^```$", README.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    if not found:
        sys.exit(f"README.md has no block of {language}")
    return found


JAR = Path(__file__).parent.parent / "jobs/pipeline/target/pigeonhole-jobs.jar"


def in_duckdb(queries, tables):
    import duckdb
    import delta_tables

    connection = duckdb.connect()
    for table, folder in tables.items():
        connection.register(table, delta_tables.dataset(folder))
    return [connection.execute(query).fetchall() for query in queries]


def in_spark(queries, tables):
    """An unmodified Spark, with the Delta of the project's jar."""
    from pyspark.sql import SparkSession

    spark = (
        SparkSession.builder.master("local[2]")
        .config("spark.jars", str(JAR))
        .config("spark.sql.extensions", "io.delta.sql.DeltaSparkSessionExtension")
        .config("spark.sql.catalog.spark_catalog", "org.apache.spark.sql.delta.catalog.DeltaCatalog")
        .config("spark.databricks.delta.snapshotPartitions", "1")
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.log.level", "ERROR")
        .getOrCreate()
    )
    for table, folder in tables.items():
        spark.read.format("delta").load(folder).createOrReplaceTempView(table)
    rows = [[tuple(row) for row in spark.sql(query).collect()] for query in queries]
    spark.stop()
    return rows


def tables_of(stores):
    """Name of each table to its folder."""
    found = {}
    for store in reversed(stores):
        found.update({log.parent.name: str(log.parent) for log in Path(store).glob("*/_delta_log")})
    return found


def run_queries(stores):
    queries = blocks("sql")
    tables = tables_of(stores)
    answers = in_duckdb(queries, tables)
    for number, (query, rows, others) in enumerate(zip(queries, answers, in_spark(queries, tables)), 1):
        if not rows:
            sys.exit(f"the README's query {number} finds nothing:\n{query}")
        if [written(row) for row in rows] != [written(row) for row in others]:
            sys.exit(f"DuckDB and Spark answer the README's query {number} differently:\n{query}\n{rows}\n{others}")
    print(f"  {len(queries)} queries ran alike in DuckDB and in Spark; rows: {', '.join(str(len(rows)) for rows in answers)}")


def written(row):
    return [f"{value:.9g}" if isinstance(value, float) else str(value) for value in row]


def main():
    what, argument, *number = sys.argv[1:]
    if what == "block":
        print(blocks(argument)[int(number[0]) - 1 if number else 0], end="")
    elif what == "queries":
        run_queries([argument, *number])
    elif what == "python":
        for block in blocks("python"):
            exec(compile(block.replace("target/languages", argument), "README.md", "exec"), {})
        # to_pandas() reads the way that can abort the interpreter at its end, see delta_tables.py
        sys.stdout.flush()
        os._exit(0)
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main()
