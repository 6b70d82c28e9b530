package io.pigeonhole.jobs.sources;

import io.pigeonhole.jobs.configuration.SourceConfig;
import io.pigeonhole.jobs.store.delta.FileRelation;
import io.pigeonhole.transforms.PipelineException;
import org.apache.spark.sql.SparkSession;

/** What is new in sources, by what has been read of them before. */
final class Increments {

    private Increments() {}

    /** What is new, of a relation opened in whatever way: for its rows, or only to look at its files. */
    static Increment of(SparkSession spark, Relation relation, SourceConfig.Spark source, ReadBefore before) {
        FileRelation files = files(relation);
        return files.delta()
                .map(delta -> DeltaIncrement.of(spark, relation, source.read(), delta, before))
                .orElseGet(() -> FileIncrement.of(
                        spark,
                        relation.owner(),
                        files,
                        Inventory.of(relation.rows()).files(),
                        SourceSize.isByLines(source.read()),
                        before));
    }

    /** @throws PipelineException (configuration) if the relation is anything but files or a Delta table */
    static FileRelation files(Relation relation) {
        return FileRelation.of(
                relation.rows(), instead -> SourcesErrors.cannotTellWhatIsNew(relation.owner(), instead));
    }
}
