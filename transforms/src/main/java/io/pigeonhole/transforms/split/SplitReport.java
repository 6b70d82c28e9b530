package io.pigeonhole.transforms.split;

import static io.pigeonhole.transforms.Columns.EXAMPLE_ID;
import static io.pigeonhole.transforms.Columns.LABEL;
import static io.pigeonhole.transforms.Columns.SPLIT;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;

import io.pigeonhole.transforms.PipelineException;
import java.util.List;
import java.util.TreeMap;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * The verification of a finished set of splits.
 *
 * @param examples labelled examples
 * @param missing labelled examples without a split
 * @param repeated examples with more than one split
 * @param straddlingGroups groups with rows in several splits
 * @param classes how each class is divided, in the order of the labels
 */
public record SplitReport(
        long examples, long missing, long repeated, List<String> straddlingGroups, List<ClassShares> classes) {

    private static final int SHOWN = 10;

    public SplitReport {
        straddlingGroups = List.copyOf(straddlingGroups);
        classes = List.copyOf(classes);
    }

    /**
     * Compares the examples with all their splits, earlier and new.
     *
     * @param examples as given to {@link StratifiedSplitter#assign}
     * @param splits example_id and split
     */
    public static SplitReport of(Dataset<Row> examples, Dataset<Row> splits, SplitSpec spec) {
        Column label =
                StratifiedSplitter.collapse(col(LABEL), StratifiedSplitter.collapsedLabels(examples, spec), spec);
        Column group = spec.groupColumn().map(StratifiedSplitter::groupKey).orElse(col(EXAMPLE_ID));
        Dataset<Row> perExample = splits.groupBy(EXAMPLE_ID)
                .agg(min(SPLIT).as(SPLIT), count(lit(1)).as("times"));
        Dataset<Row> joined = examples.where(col(LABEL).isNotNull())
                .select(col(EXAMPLE_ID), label.as(LABEL), group.as("group"))
                .join(perExample, new String[] {EXAMPLE_ID}, "left");
        TreeMap<String, long[]> counts = new TreeMap<>();
        long missing = 0;
        long repeated = 0;
        long total = 0;
        for (Row row : countsOf(joined)) {
            long rows = row.getLong(2);
            total += rows;
            repeated += row.getLong(3);
            if (row.isNullAt(1)) {
                missing += rows;
            } else {
                counts.computeIfAbsent(row.getString(0), key -> new long[Split.values().length])[
                        Split.of(row.getString(1)).place] += rows;
            }
        }
        List<ClassShares> classes = counts.entrySet().stream()
                .map(entry -> ClassShares.of(entry.getKey(), entry.getValue(), spec))
                .toList();
        return new SplitReport(
                total, missing, repeated, spec.groupColumn().isPresent() ? straddling(joined) : List.of(), classes);
    }

    private static List<Row> countsOf(Dataset<Row> joined) {
        return joined.groupBy(LABEL, SPLIT)
                .agg(count(lit(1)), coalesce(sum(when(col("times").gt(1), 1).otherwise(0)), lit(0L)))
                .collectAsList();
    }

    private static List<String> straddling(Dataset<Row> joined) {
        return joined
                .groupBy("group")
                .agg(min(SPLIT).as("first"), max(SPLIT).as("last"))
                .where(col("first").notEqual(col("last")))
                .orderBy("group")
                .limit(SHOWN)
                .collectAsList()
                .stream()
                .map(row -> row.getString(0))
                .toList();
    }

    /** Largest difference, in rows, between a split of any class and its share. */
    public double largestDeviation() {
        return classes.stream().mapToDouble(ClassShares::deviation).max().orElse(0);
    }

    /** Rows in a split, over all classes. */
    public long rows(Split split) {
        return classes.stream()
                .mapToLong(shares -> switch (split) {
                    case TRAIN -> shares.train();
                    case VALIDATION -> shares.validation();
                    case TEST -> shares.test();
                })
                .sum();
    }

    /**
     * Checks that every labelled example is in exactly one split and no group in two.
     *
     * @throws IllegalStateException if an example is in none or several, which only a bug can cause
     * @throws PipelineException (data contract) if a group straddles splits, for example after rows changed their group
     */
    public SplitReport check() {
        if (missing > 0 || repeated > 0) {
            throw new IllegalStateException("of " + examples + " labelled examples, " + missing + " have no split and "
                    + repeated + " have more than one");
        }
        if (!straddlingGroups.isEmpty()) {
            throw PipelineException.dataContract("Groups lie in several splits: " + String.join(", ", straddlingGroups)
                    + ". Rows must have changed their group after they were assigned, or were assigned without groups;"
                    + " restore their group, or start a new set of splits.");
        }
        return this;
    }
}
