package io.pigeonhole.jobs.examples;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.when;

import io.pigeonhole.jobs.runs.Run;
import io.pigeonhole.jobs.runs.Session;
import io.pigeonhole.transforms.Columns;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Examples of the store with the label and the split that {@code stratify} assigned. */
public final class DealtExamples {

    private static final String DEALT_LABEL = "__dealt_label";

    private DealtExamples() {}

    /** The examples of some splits, at the table versions that are inputs of the run. */
    public static Dataset<Row> read(Session session, Run run, List<String> splits) {
        Dataset<Row> dealt = session.store()
                .read(ExampleTables.SPLITS, run.version(ExampleTables.SPLITS))
                .filter(col("split").isin(splits.toArray()))
                .select(col("example_id"), col("split"), col("label").as(DEALT_LABEL));
        return joined(all(session, run).drop("split"), dealt);
    }

    /**
     * The examples of classes in the train split, with weight and fold; the fold is 0 if there are no folds.
     *
     * @param columns fields to read, without duplicates
     */
    public static Dataset<Row> toTrainOn(Session session, Run run, List<String> columns) {
        Dataset<Row> dealt = session.store()
                .read(ExampleTables.SPLITS, run.version(ExampleTables.SPLITS))
                .filter(col("split").equalTo("train").and(isOfClass(session, col("label"))))
                .select(
                        col("example_id"),
                        col("label").as(DEALT_LABEL),
                        col("weight"),
                        coalesce(col("fold"), lit(0)).as("fold"));
        Column[] kept = Stream.concat(Stream.of("example_id", "label", "path"), columns.stream())
                .map(Columns::named)
                .toArray(Column[]::new);
        return joined(all(session, run).select(kept), dealt);
    }

    /** Of the rows, those whose label is a class; the others have none, or one of {@code labels.unknown}. */
    public static Dataset<Row> ofClasses(Session session, Dataset<Row> rows) {
        return rows.filter(isOfClass(session, col("label")));
    }

    /** Whether a label is a class. */
    public static Column isOfClass(Session session, Column label) {
        List<String> unknown = session.config().labels().unknown();
        return unknown.isEmpty() ? label.isNotNull() : label.isNotNull().and(not(label.isin(unknown.toArray())));
    }

    /** All examples, at the table version that is an input of the run. */
    public static Dataset<Row> all(Session session, Run run) {
        return session.store().read(ExampleTables.EXAMPLES, run.version(ExampleTables.EXAMPLES));
    }

    /** The path of an example; if it was dealt under another label, the path is that label only. */
    private static Dataset<Row> joined(Dataset<Row> examples, Dataset<Row> dealt) {
        return examples.join(dealt, "example_id")
                .withColumn(
                        "path",
                        when(col("label").equalTo(col(DEALT_LABEL)), coalesce(col("path"), array(col("label"))))
                                .otherwise(array(col(DEALT_LABEL))))
                .withColumn("label", col(DEALT_LABEL))
                .drop(DEALT_LABEL);
    }
}
