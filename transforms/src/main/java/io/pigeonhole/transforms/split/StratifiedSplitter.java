package io.pigeonhole.transforms.split;

import static io.pigeonhole.transforms.Columns.CONTENT_KEY;
import static io.pigeonhole.transforms.Columns.EXAMPLE_ID;
import static io.pigeonhole.transforms.Columns.FOLD;
import static io.pigeonhole.transforms.Columns.LABEL;
import static io.pigeonhole.transforms.Columns.SPLIT;
import static io.pigeonhole.transforms.Columns.WEIGHT;
import static io.pigeonhole.transforms.Columns.named;
import static io.pigeonhole.transforms.split.GroupDealing.GROUP;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;

import io.pigeonhole.transforms.PipelineException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Deals examples to splits and folds, exactly within each class; an assignment never changes.
 *
 * <p>Within a class, new rows are ranked by a 64-bit hash of seed and example id and dealt one at a time, so each split
 * is within one row of its share at every size of the class, and neither the order of rows nor their partitioning
 * matters. Rows that have a split keep it and are counted first. Rows without a label get no split.
 *
 * <p>Rows with equal features and label go to one split, unless the policy is otherwise; others keep the split that
 * they would have otherwise.
 *
 * <p>If groups are kept together, whole groups are dealt by the hash of their key, each to the split with the largest
 * deficit in the group's classes; later rows follow their group. A group with a row of a class that may only train goes
 * to train. Splits that the rows state are kept, even if they tear a group apart; if validation is drawn from train,
 * the train rows of a group stay together.
 */
public final class StratifiedSplitter {

    private StratifiedSplitter() {}

    /**
     * Assigns the labelled examples that have no assignment yet.
     *
     * @param examples example_id (unique), label, content_key (of {@code Cleaning}), and the columns that the
     *     specification names
     * @param existing example_id, split and fold of the assignments made earlier
     * @return example_id, label (after collapsing rare classes), split, fold (null outside of train or without folds)
     *     and weight (1)
     * @throws PipelineException (data contract) if a given split or a time cannot be read, or rare classes are refused
     */
    public static Dataset<Row> assign(Dataset<Row> examples, Dataset<Row> existing, SplitSpec spec) {
        return assign(examples, existing, spec, List.of());
    }

    /**
     * The same.
     *
     * @param unknown labels that are no class: their rows are dealt like those of a class, but are never rare
     */
    public static Dataset<Row> assign(
            Dataset<Row> examples, Dataset<Row> existing, SplitSpec spec, List<String> unknown) {
        Set<String> rare = rareLabels(examples, spec);
        rare.removeAll(unknown);
        if (spec.rare() == RarePolicy.REFUSE && !rare.isEmpty()) {
            throw refused(examples, rare, spec);
        }
        SettledSplits.check(examples, spec);
        Dataset<Row> labelled = labelled(examples, rare, spec);
        Dataset<Row> dealt = labelled.drop(SPLIT)
                .join(
                        existing.select(
                                col(EXAMPLE_ID),
                                col(SPLIT),
                                col(FOLD).cast("int").as(FOLD)),
                        EXAMPLE_ID);
        Dataset<Row> fresh = labelled.join(existing.select(EXAMPLE_ID), new String[] {EXAMPLE_ID}, "left_anti");
        Dataset<Row> assigned;
        if (spec.groupColumn().isPresent()) {
            assigned = GroupDealing.deal(fresh, dealt, spec);
        } else if (spec.keepsCopiesTogether()) {
            assigned = CopyDealing.deal(fresh, dealt, spec);
        } else {
            assigned = RowDealing.deal(
                    fresh, dealt.groupBy(LABEL, SPLIT, FOLD).agg(count(lit(1)).as("rows")), spec);
        }
        return assigned.select(col(EXAMPLE_ID), col(LABEL), col(SPLIT), col(FOLD), lit(1.0).as(WEIGHT));
    }

    /**
     * The classes whose rows are to be relabelled as {@link SplitSpec#otherLabel}: the rare ones among these examples,
     * if the policy collapses them. Training and evaluation on the splits must relabel the same set.
     */
    public static Set<String> collapsedLabels(Dataset<Row> examples, SplitSpec spec) {
        return spec.rare() == RarePolicy.COLLAPSE_INTO_OTHER ? rareLabels(examples, spec) : Set.of();
    }

    /** The label column with the rare classes collapsed. */
    public static Column collapse(Column label, Set<String> collapsed, SplitSpec spec) {
        return collapsed.isEmpty()
                ? label
                : when(label.isin(collapsed.toArray()), lit(spec.otherLabel())).otherwise(label);
    }

    /** Classes that are too small to give every split with a share the minimum of rows. */
    private static Set<String> rareLabels(Dataset<Row> examples, SplitSpec spec) {
        if (!spec.isDealt() || spec.minimumPerSplit() == 0) {
            return new TreeSet<>();
        }
        Map<String, Long> totals = totals(examples);
        if (spec.rare() == RarePolicy.COLLAPSE_INTO_OTHER) {
            totals.remove(spec.otherLabel());
        }
        return totals.entrySet().stream()
                .filter(total -> isRare(total.getValue(), spec))
                .map(Map.Entry::getKey)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    // no split is ever a whole row below its share, so a share of the minimum is enough to reach it
    private static boolean isRare(long total, SplitSpec spec) {
        for (double share : spec.proportions().shares()) {
            if (share > 0 && share * total + Dealer.ROUNDING < spec.minimumPerSplit()) {
                return true;
            }
        }
        return false;
    }

    private static Map<String, Long> totals(Dataset<Row> examples) {
        Map<String, Long> totals = new TreeMap<>();
        examples.where(col(LABEL).isNotNull())
                .groupBy(LABEL)
                .count()
                .collectAsList()
                .forEach(row -> totals.put(row.getString(0), row.getLong(1)));
        return totals;
    }

    private static PipelineException refused(Dataset<Row> examples, Set<String> rare, SplitSpec spec) {
        Map<String, Long> totals = totals(examples);
        String shown = rare.stream()
                .limit(10)
                .map(label -> "'" + label + "' (" + totals.get(label) + ")")
                .collect(Collectors.joining(", "));
        return PipelineException.dataContract(rare.size() + (rare.size() == 1 ? " class has" : " classes have")
                + " too few rows for " + spec.minimumPerSplit() + " in every split: " + shown
                + (rare.size() > 10 ? ", ..." : "")
                + ". Bring more rows, lower the minimum, or choose the policy train_only or collapse_into_other.");
    }

    /**
     * example_id, label after collapsing, the split if it is determined without dealing, and what keeps rows together: the
     * group or the content, if anything does.
     */
    private static Dataset<Row> labelled(Dataset<Row> examples, Set<String> rare, SplitSpec spec) {
        Column label = spec.rare() == RarePolicy.COLLAPSE_INTO_OTHER ? collapse(col(LABEL), rare, spec) : col(LABEL);
        Column settled = spec.rare() == RarePolicy.TRAIN_ONLY && !rare.isEmpty()
                ? when(col(LABEL).isin(rare.toArray()), lit(Split.TRAIN.code()))
                : SettledSplits.column(spec);
        Dataset<Row> labelled = examples.where(col(LABEL).isNotNull());
        List<Column> columns = new ArrayList<>(List.of(col(EXAMPLE_ID), label.as(LABEL), settled.as(SPLIT)));
        spec.groupColumn().ifPresent(group -> columns.add(groupKey(group).as(GROUP)));
        if (spec.keepsCopiesTogether()) {
            columns.add(col(CONTENT_KEY));
        }
        return labelled.select(columns.toArray(Column[]::new));
    }

    /** The group of a row, or the row itself if it has none. */
    static Column groupKey(String groupColumn) {
        return coalesce(
                concat(lit("group "), named(groupColumn).cast("string")), concat(lit("example "), col(EXAMPLE_ID)));
    }
}
