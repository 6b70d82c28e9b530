package io.pigeonhole.transforms.split;

import static io.pigeonhole.transforms.Columns.CONTENT_KEY;
import static io.pigeonhole.transforms.Columns.EXAMPLE_ID;
import static io.pigeonhole.transforms.Columns.LABEL;
import static io.pigeonhole.transforms.Columns.SPLIT;
import static org.apache.spark.sql.functions.bool_or;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.when;

import io.pigeonhole.transforms.PipelineException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.expressions.WindowSpec;

/**
 * The verification of a finished set of splits.
 *
 * @param examples labelled examples
 * @param missing labelled examples without a split
 * @param repeated examples with more than one split
 * @param straddlingGroups groups with rows in several splits, at most ten; empty if the rows state their splits
 * @param tornGroups groups whose rows state several splits, if the rows state their splits
 * @param classes how each class is divided, in the order of the labels
 */
public record SplitReport(
        long examples,
        long missing,
        long repeated,
        List<String> straddlingGroups,
        Optional<TornGroups> tornGroups,
        List<ClassShares> classes) {

    private static final int SHOWN = 10;

    public SplitReport {
        straddlingGroups = List.copyOf(straddlingGroups);
        classes = List.copyOf(classes);
    }

    /**
     * Groups that the given splits tear apart.
     *
     * @param groups their number
     * @param first the first of them by name
     */
    public record TornGroups(long groups, String first) {}

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
                .select(col(EXAMPLE_ID), label.as(LABEL), group.as("group"), col(CONTENT_KEY))
                .join(perExample, new String[] {EXAMPLE_ID}, "left");
        TreeMap<String, long[]> counts = new TreeMap<>();
        TreeMap<String, ClassShares.Copies> copies = new TreeMap<>();
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
                Split split = Split.of(row.getString(1));
                counts.computeIfAbsent(row.getString(0), key -> new long[Split.values().length])[split.place] += rows;
                copies.merge(row.getString(0), copies(split, row), ClassShares.Copies::plus);
            }
        }
        List<ClassShares> classes = counts.entrySet().stream()
                .map(entry -> ClassShares.of(
                        entry.getKey(), entry.getValue(), Objects.requireNonNull(copies.get(entry.getKey())), spec))
                .toList();
        boolean grouped = spec.groupColumn().isPresent();
        return new SplitReport(
                total,
                missing,
                repeated,
                grouped && spec.isDealt() ? straddling(joined) : List.of(),
                grouped && !spec.isDealt() ? torn(joined) : Optional.empty(),
                classes);
    }

    private static ClassShares.Copies copies(Split split, Row row) {
        long inTrain = row.getLong(6);
        long inValidation = row.getLong(7);
        return new ClassShares.Copies(
                row.getLong(4),
                row.getLong(5),
                split == Split.VALIDATION ? inTrain : 0,
                split == Split.TEST ? inTrain : 0,
                split == Split.TEST ? inValidation : 0);
    }

    /** Rows, repeated ones, contents, rows with a copy in another class, and those with one of their class in train and in validation. */
    private static List<Row> countsOf(Dataset<Row> joined) {
        WindowSpec sameContent = Window.partitionBy(CONTENT_KEY);
        WindowSpec sameClass = Window.partitionBy(CONTENT_KEY, LABEL);
        return joined.withColumn("first_label", min(LABEL).over(sameContent))
                .withColumn("last_label", max(LABEL).over(sameContent))
                // after the windows above, so that all share one shuffle
                .withColumn("first_id", min(EXAMPLE_ID).over(sameClass))
                .withColumn("in_train", isIn(Split.TRAIN).over(sameClass))
                .withColumn("in_validation", isIn(Split.VALIDATION).over(sameClass))
                .groupBy(LABEL, SPLIT)
                .agg(
                        count(lit(1)),
                        count(when(col("times").gt(1), 1)),
                        count(when(col(EXAMPLE_ID).equalTo(col("first_id")), 1)),
                        count(when(col("first_label").notEqual(col("last_label")), 1)),
                        count(when(col("in_train"), 1)),
                        count(when(col("in_validation"), 1)))
                .collectAsList();
    }

    private static Column isIn(Split split) {
        return bool_or(coalesce(col(SPLIT).equalTo(split.code()), lit(false)));
    }

    private static Dataset<Row> inSeveralSplits(Dataset<Row> joined) {
        return joined.groupBy("group")
                .agg(min(SPLIT).as("first"), max(SPLIT).as("last"))
                .where(col("first").notEqual(col("last")));
    }

    private static List<String> straddling(Dataset<Row> joined) {
        return inSeveralSplits(joined).orderBy("group").limit(SHOWN).collectAsList().stream()
                .map(row -> row.getString(0))
                .toList();
    }

    private static Optional<TornGroups> torn(Dataset<Row> joined) {
        Row torn = inSeveralSplits(joined).agg(count(lit(1)), min("group")).head();
        return torn.getLong(0) == 0
                ? Optional.empty()
                : Optional.of(new TornGroups(torn.getLong(0), torn.getString(1)));
    }

    /** Largest difference, in rows, between a split of any class and its share. */
    public double largestDeviation() {
        return classes.stream().mapToDouble(ClassShares::deviation).max().orElse(0);
    }

    /** The copies of all classes together; a content with rows of several classes counts in each. */
    public ClassShares.Copies copies() {
        return classes.stream()
                .map(ClassShares::copies)
                .reduce(new ClassShares.Copies(0, 0, 0, 0, 0), ClassShares.Copies::plus);
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
