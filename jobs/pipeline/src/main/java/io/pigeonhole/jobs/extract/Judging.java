package io.pigeonhole.jobs.extract;

import io.pigeonhole.transforms.cleaning.Apart;
import io.pigeonhole.transforms.cleaning.Cleaned;
import io.pigeonhole.transforms.cleaning.Cleaning;
import io.pigeonhole.transforms.cleaning.CleaningRules;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.plans.logical.Filter;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Project;
import org.apache.spark.sql.catalyst.plans.logical.SubqueryAlias;
import org.apache.spark.sql.catalyst.plans.logical.Union;
import org.apache.spark.sql.execution.datasources.HadoopFsRelation;
import org.apache.spark.sql.execution.datasources.LogicalRelation;
import org.apache.spark.storage.StorageLevel;
import scala.jdk.javaapi.CollectionConverters;

/** How the rows of the sources are judged: all of them compared, or, where they are many, only those that have to be. */
final class Judging {

    /** Of data smaller than this, reading them again is no gain. */
    private static final long LARGE_BYTES = 64L << 20;

    /** Keys of 8 bytes, which every executor holds. */
    private static final int MOST_SHARED = 1_000_000;

    private Judging() {}

    /**
     * The rows judged, what is used several times of them persisted.
     *
     * @param compared whether all are to be compared however many they are
     * @param known examples to compare them with
     */
    static Cleaned judge(Dataset<Row> raw, CleaningRules rules, boolean compared, Optional<Dataset<Row>> known) {
        if (known.isPresent()) {
            return Cleaning.clean(raw, rules, known.get()).persist(StorageLevel.MEMORY_AND_DISK());
        }
        LogicalPlan plan = ((org.apache.spark.sql.classic.Dataset<Row>) raw)
                .queryExecution()
                .analyzed();
        Optional<Cleaned> apart = !compared && isTheSameEachTime(plan) && bytes(plan) >= LARGE_BYTES
                ? Apart.clean(raw, rules, MOST_SHARED)
                : Optional.empty();
        return apart.orElseGet(() -> Cleaning.clean(raw, rules)).persist(StorageLevel.MEMORY_AND_DISK());
    }

    /** Whether the rows come from files, whose list is made once, by expressions that have the same value each time. */
    private static boolean isTheSameEachTime(LogicalPlan plan) {
        boolean isKnown = plan instanceof Project
                || plan instanceof Filter
                || plan instanceof SubqueryAlias
                || plan instanceof Union
                || (plan instanceof LogicalRelation relation && relation.relation() instanceof HadoopFsRelation);
        return isKnown && plan.deterministic() && children(plan).stream().allMatch(Judging::isTheSameEachTime);
    }

    private static List<LogicalPlan> children(LogicalPlan plan) {
        return CollectionConverters.asJava(plan.children());
    }

    private static long bytes(LogicalPlan plan) {
        return CollectionConverters.asJava(plan.collectLeaves()).stream()
                .mapToLong(leaf -> leaf.stats().sizeInBytes().toLong())
                .sum();
    }
}
