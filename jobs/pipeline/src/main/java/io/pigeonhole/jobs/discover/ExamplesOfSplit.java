package io.pigeonhole.jobs.discover;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.col;

import io.pigeonhole.jobs.configuration.PipelineConfig;
import io.pigeonhole.jobs.configuration.Settings;
import io.pigeonhole.jobs.examples.ExampleTables;
import io.pigeonhole.jobs.examples.OtherExamples;
import io.pigeonhole.jobs.runs.Input;
import io.pigeonhole.jobs.runs.Session;
import io.pigeonhole.jobs.sources.Access;
import io.pigeonhole.jobs.sources.Sources;
import io.pigeonhole.transforms.Columns;
import java.util.Collection;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;

/**
 * The examples behind the predictions on a split: those of the store, or of {@code score.examples}.
 *
 * @param elsewhere whether they are not in the store
 */
record ExamplesOfSplit(boolean elsewhere) {

    private static final StructType IDS = StructType.fromDDL(Columns.EXAMPLE_ID + " STRING");

    static ExamplesOfSplit of(Session session, String split) {
        return new ExamplesOfSplit(session.config().score().examples().isPresent()
                && session.config().score().examplesSplit().equals(split));
    }

    /** The examples as inputs of a run, at the state that was scored. */
    List<Input> inputs(Session session, List<String> scored) {
        return elsewhere
                ? Sources.inputs(
                        Access.of(session),
                        session.config()
                                .score()
                                .examples()
                                .orElseThrow()
                                .reading(session.config().sources()))
                : List.of(Input.of(session.store(), ExampleTables.EXAMPLES, String.join(",", scored)));
    }

    Settings settings(Session session) {
        PipelineConfig config = session.config();
        Settings settings = elsewhere
                ? config.settings("discover", "seed", "score.unknown", "score.examples")
                : config.settings("discover", "seed", "score.unknown");
        return settings.and(Settings.of(config.allFeatures()));
    }

    /** All examples, at this version of their table if they are in the store. */
    Dataset<Row> at(Session session, long version) {
        return elsewhere ? OtherExamples.rows(session) : session.store().read(ExampleTables.EXAMPLES, version);
    }

    /** All examples at present. */
    Dataset<Row> now(Session session) {
        return elsewhere ? OtherExamples.rows(session) : session.store().read(ExampleTables.EXAMPLES);
    }

    /** Of some examples, those with these ids. */
    static Dataset<Row> having(Dataset<Row> examples, Collection<String> ids) {
        List<Row> rows = ids.stream().sorted().map(RowFactory::create).toList();
        Dataset<Row> wanted = examples.sparkSession().createDataFrame(rows, IDS);
        return examples.withColumn(Columns.EXAMPLE_ID, col(Columns.EXAMPLE_ID).cast("string"))
                .join(broadcast(wanted), Columns.EXAMPLE_ID);
    }
}
