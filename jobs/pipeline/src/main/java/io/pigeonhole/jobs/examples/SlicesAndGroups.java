package io.pigeonhole.jobs.examples;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;

import io.pigeonhole.evaluation.predictions.Predictions;
import io.pigeonhole.evaluation.predictions.SliceColumn;
import io.pigeonhole.jobs.configuration.Settings;
import io.pigeonhole.jobs.runs.Input;
import io.pigeonhole.jobs.runs.Run;
import io.pigeonhole.jobs.runs.Session;
import io.pigeonhole.transforms.Columns;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Adds the slices and the group of each example to its predictions, as far as the configuration defines them.
 *
 * @param elsewhere whether the examples are those of {@code score.examples} and not the store's own
 */
public record SlicesAndGroups(boolean elsewhere) {

    /** For the examples of a split in {@code predictions}. */
    public static SlicesAndGroups ofSplit(Session session, String split) {
        return new SlicesAndGroups(session.config().score().examples().isPresent()
                && session.config().score().examplesSplit().equals(split));
    }

    private static Optional<String> groupColumn(Session session) {
        return session.config().stratify().groupColumn();
    }

    private static boolean areAskedFor(Session session) {
        return !session.config().evaluate().slices().isEmpty()
                || groupColumn(session).isPresent();
    }

    /** The settings that slices and groups depend on. */
    public static Settings settings(Session session) {
        return session.config().settings("evaluate.slices", "stratify.group_column");
    }

    /** The table that {@link #read} reads, as an input of the run, at the state named by {@code scored}. */
    public Optional<Input> input(Session session, String scored) {
        return areAskedFor(session) && !elsewhere
                ? Optional.of(Input.of(session.store(), ExampleTables.EXAMPLES, scored))
                : Optional.empty();
    }

    /** One row for each example; empty if neither slices nor groups are configured. */
    public Optional<Dataset<Row>> read(Session session, Run run) {
        if (!areAskedFor(session)) {
            return Optional.empty();
        }
        Dataset<Row> examples = elsewhere
                ? OtherExamples.rows(session)
                : session.store().read(ExampleTables.EXAMPLES, run.version(ExampleTables.EXAMPLES));
        // another table may lack the group column of the splits
        Column group = groupColumn(session)
                .filter(column -> List.of(examples.columns()).contains(column))
                .map(Columns::named)
                .orElse(lit(null))
                .cast("string");
        // another table may hold an id twice, but each prediction must occur once
        return Optional.of(SliceColumn.add(examples, session.config().evaluate().slices())
                .groupBy(col(Predictions.EXAMPLE_ID).cast("string").as(Predictions.EXAMPLE_ID))
                .agg(max(Predictions.SLICES).as(Predictions.SLICES), max(group).as(Predictions.GROUP)));
    }

    /** The predictions joined with the rows of {@link #read}. */
    public static Dataset<Row> join(Session session, Dataset<Row> predictions, Optional<Dataset<Row>> parts) {
        Dataset<Row> joined = parts.map(rows -> predictions.join(rows, new String[] {Predictions.EXAMPLE_ID}, "left"))
                .orElse(predictions);
        return groupColumn(session).isPresent() ? joined : joined.drop(Predictions.GROUP);
    }
}
