package io.pigeonhole.jobs.store.delta;

import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.SubqueryAlias;
import org.apache.spark.sql.delta.files.TahoeLogFileIndex;
import org.apache.spark.sql.execution.datasources.HadoopFsRelation;
import org.apache.spark.sql.execution.datasources.LogicalRelation;

/** A query that only reads files or a Delta table. */
public final class FileRelation {

    private final HadoopFsRelation relation;

    private FileRelation(HadoopFsRelation relation) {
        this.relation = relation;
    }

    /**
     * The relation that a query reads.
     *
     * @param otherwise makes the exception for any other query, from Spark's name of its operation
     */
    public static FileRelation of(Dataset<?> rows, Function<String, RuntimeException> otherwise) {
        LogicalPlan plan = QueryPlan.analyzed(rows);
        while (plan instanceof SubqueryAlias alias) {
            plan = alias.child();
        }
        if (plan instanceof LogicalRelation read && read.relation() instanceof HadoopFsRelation files) {
            return new FileRelation(files);
        }
        throw otherwise.apply(plan.nodeName());
    }

    /** The Delta table, if it is one. */
    public Optional<DeltaVersion> delta() {
        return relation.location() instanceof TahoeLogFileIndex index
                ? Optional.of(new DeltaVersion(index))
                : Optional.empty();
    }

    /**
     * The rows of some of the files.
     *
     * @param bytes of these files
     */
    public Dataset<Row> only(SparkSession spark, Set<String> paths, long bytes) {
        HadoopFsRelation some = new HadoopFsRelation(
                new FewFiles(relation.location(), paths, bytes),
                relation.partitionSchema(),
                relation.dataSchema(),
                relation.bucketSpec(),
                relation.fileFormat(),
                relation.options(),
                relation.sparkSession());
        return ((org.apache.spark.sql.classic.SparkSession) spark).baseRelationToDataFrame(some);
    }
}
