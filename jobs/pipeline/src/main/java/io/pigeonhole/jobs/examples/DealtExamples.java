package io.pigeonhole.jobs.examples;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.when;

import io.pigeonhole.jobs.runs.Run;
import io.pigeonhole.jobs.runs.Session;
import io.pigeonhole.jobs.store.Store;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Examples of the store with the label and split they were dealt under. */
public final class DealtExamples {

    private DealtExamples() {}

    /** Those of some splits, at the table versions that are inputs of the run. */
    public static Dataset<Row> read(Session session, Run run, List<String> splits) {
        Store store = session.store();
        Dataset<Row> dealt = store.read(ExampleTables.SPLITS, run.version(ExampleTables.SPLITS))
                .filter(col("split").isin(splits.toArray()))
                .select(col("example_id"), col("split"), col("label").as("dealt_label"));
        return store.read(ExampleTables.EXAMPLES, run.version(ExampleTables.EXAMPLES))
                .drop("split")
                .join(dealt, "example_id")
                .withColumn(
                        "path",
                        when(col("label").equalTo(col("dealt_label")), coalesce(col("path"), array(col("label"))))
                                .otherwise(array(col("dealt_label"))))
                .withColumn("label", col("dealt_label"));
    }
}
