package io.pigeonhole.jobs.sources;

import io.pigeonhole.jobs.configuration.SourceConfig;
import io.pigeonhole.transforms.PipelineException;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.SubqueryAlias;
import org.apache.spark.sql.delta.files.TahoeLogFileIndex;
import org.apache.spark.sql.execution.datasources.FileIndex;
import org.apache.spark.sql.execution.datasources.HadoopFsRelation;
import org.apache.spark.sql.execution.datasources.LogicalRelation;

/** What is new in sources, by what has been read of them before. */
final class Increments {

    private Increments() {}

    /** What is new, of a relation opened in whatever way: for its rows, or only to look at its files. */
    static Increment of(SparkSession spark, Relation relation, SourceConfig.Spark source, ReadBefore before) {
        HadoopFsRelation files = files(relation);
        return files.location() instanceof TahoeLogFileIndex delta
                ? DeltaIncrement.of(spark, relation, source.read(), delta, before)
                : FileIncrement.of(
                        spark,
                        relation.owner(),
                        files,
                        Inventory.of(relation.rows()).files(),
                        SourceSize.isByLines(source.read()),
                        before);
    }

    static FileIndex index(Relation relation) {
        return files(relation).location();
    }

    /** @throws PipelineException (configuration) if the relation is anything but files or a Delta table */
    static HadoopFsRelation files(Relation relation) {
        LogicalPlan plan = ((org.apache.spark.sql.classic.Dataset<?>) relation.rows())
                .queryExecution()
                .analyzed();
        while (plan instanceof SubqueryAlias alias) {
            plan = alias.child();
        }
        if (plan instanceof LogicalRelation read && read.relation() instanceof HadoopFsRelation files) {
            return files;
        }
        throw PipelineException.configuration(
                relation.owner() + " is incremental, but does not tell what of it is new: "
                        + "only files and Delta tables do, not " + plan.nodeName()
                        + ". Leave out 'incremental', or bring its rows to such files or a Delta table first.");
    }
}
