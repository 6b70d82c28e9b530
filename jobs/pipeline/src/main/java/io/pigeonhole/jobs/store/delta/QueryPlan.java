package io.pigeonhole.jobs.store.delta;

import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.catalyst.plans.logical.Filter;
import org.apache.spark.sql.catalyst.plans.logical.Generate;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Project;
import org.apache.spark.sql.catalyst.plans.logical.SubqueryAlias;
import org.apache.spark.sql.catalyst.plans.logical.Union;
import org.apache.spark.sql.execution.datasources.HadoopFsRelation;
import org.apache.spark.sql.execution.datasources.LogicalRelation;
import scala.jdk.javaapi.CollectionConverters;

/** Spark's knowledge about a query before it runs. */
public final class QueryPlan {

    private QueryPlan() {}

    static LogicalPlan analyzed(Dataset<?> rows) {
        return ((org.apache.spark.sql.classic.Dataset<?>) rows).queryExecution().analyzed();
    }

    /** Whether the query reads a fixed list of files and its expressions are deterministic. */
    public static boolean isRepeatable(Dataset<?> rows) {
        return isRepeatable(analyzed(rows));
    }

    private static boolean isRepeatable(LogicalPlan plan) {
        boolean isKnown = plan instanceof Project
                || plan instanceof Filter
                || plan instanceof SubqueryAlias
                || plan instanceof Union
                || plan instanceof Generate
                || (plan instanceof LogicalRelation relation && relation.relation() instanceof HadoopFsRelation);
        return isKnown && plan.deterministic() && children(plan).stream().allMatch(QueryPlan::isRepeatable);
    }

    private static List<LogicalPlan> children(LogicalPlan plan) {
        return CollectionConverters.asJava(plan.children());
    }

    /** Bytes that the query reads, as estimated by Spark. */
    public static long bytes(Dataset<?> rows) {
        return CollectionConverters.asJava(analyzed(rows).collectLeaves()).stream()
                .mapToLong(leaf -> leaf.stats().sizeInBytes().toLong())
                .sum();
    }
}
