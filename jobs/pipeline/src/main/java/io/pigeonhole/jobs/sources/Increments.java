package io.pigeonhole.jobs.sources;

import io.pigeonhole.jobs.configuration.SourceConfig;
import io.pigeonhole.jobs.store.delta.FileRelation;
import io.pigeonhole.transforms.PipelineException;
import org.apache.spark.sql.SparkSession;

/** Finds the new data of sources, given the data read before. */
final class Increments {

    private Increments() {}

    /** The new data of a relation, which may be opened for its rows or only for its files. */
    static Increment of(SparkSession spark, Relation relation, SourceConfig.Spark source, ReadBefore before) {
        FileRelation files = files(relation);
        return files.delta()
                .map(delta -> DeltaIncrement.of(spark, relation, source.read(), delta, before))
                .orElseGet(() -> FileIncrement.of(
                        spark,
                        relation.owner(),
                        files,
                        Inventory.of(relation.files()).files(),
                        SourceSize.isByLines(source.read()),
                        before));
    }

    /** @throws PipelineException (configuration) unless the relation is files or a Delta table */
    static FileRelation files(Relation relation) {
        return FileRelation.of(
                relation.files(), instead -> SourcesErrors.cannotTellWhatIsNew(relation.owner(), instead));
    }
}
