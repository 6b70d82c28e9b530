package io.pigeonhole.transforms.split;

import static io.pigeonhole.transforms.Columns.EXAMPLE_ID;
import static io.pigeonhole.transforms.Columns.FOLD;
import static io.pigeonhole.transforms.Columns.LABEL;
import static io.pigeonhole.transforms.Columns.SPLIT;
import static org.apache.spark.sql.functions.bool_or;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.collect_list;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.sort_array;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.xxhash64;

import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Spliterators;
import java.util.stream.StreamSupport;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * Deals whole groups. A group may hold several classes, so one task deals all groups, in the order of their hash, with
 * the counts of every class. It receives only one short row per group.
 */
final class GroupDealing {

    static final String GROUP = "group_key";

    private static final String MEMBERS = "members";
    private static final StructType DEALT = StructType.fromDDL("group_key STRING, split STRING, fold INT");

    private GroupDealing() {}

    /**
     * Gives each new row the split and the fold of its group: those that the group already has, or else the split that
     * is furthest below its share of the group's classes. A group with a settled row goes to the split of that row. If
     * the rows state their splits, only those in train are dealt, and follow only rows of a split that is drawn.
     *
     * @param rows example_id, label, group_key, and the split if it is already settled, else null
     * @param dealt label, group_key, split and fold of the rows dealt earlier
     */
    static Dataset<Row> deal(Dataset<Row> rows, Dataset<Row> dealt, SplitSpec spec) {
        if (spec.isDealt()) {
            return dealWhole(rows, dealt, dealt.select(LABEL, SPLIT, FOLD), spec);
        }
        Column inTrain = col(SPLIT).isNull().or(col(SPLIT).equalTo(Split.TRAIN.code()));
        Dataset<Row> stated =
                rows.where(not(inTrain)).withColumn(FOLD, lit(null).cast("int"));
        List<String> drawn = spec.given().orElseThrow().validation() > 0
                ? List.of(Split.TRAIN.code(), Split.VALIDATION.code())
                : List.of(Split.TRAIN.code());
        return dealWhole(
                        rows.where(inTrain),
                        dealt.where(col(SPLIT).isin(drawn.toArray())),
                        dealt.select(LABEL, SPLIT, FOLD).union(stated.select(LABEL, SPLIT, FOLD)),
                        spec)
                .union(select(stated));
    }

    /**
     * Deals whole groups.
     *
     * @param dealt rows dealt earlier that decide on the place of their group
     * @param counted label, split and fold of all rows that have a place
     */
    private static Dataset<Row> dealWhole(Dataset<Row> rows, Dataset<Row> dealt, Dataset<Row> counted, SplitSpec spec) {
        Dataset<Row> oldGroups =
                dealt.groupBy(GROUP).agg(min(struct(col(SPLIT), col(FOLD))).as("place"));
        oldGroups = oldGroups.select(
                col(GROUP),
                col("place").getField(SPLIT).as(SPLIT),
                col("place").getField(FOLD).as(FOLD));
        Dataset<Row> followers = rows.drop(SPLIT).join(oldGroups, GROUP);
        Dataset<Row> fresh = rows.join(oldGroups, new String[] {GROUP}, "left_anti");
        Dataset<Row> state = counted.union(followers.select(LABEL, SPLIT, FOLD))
                .groupBy(LABEL, SPLIT, FOLD)
                .agg(count(lit(1)).as("rows"));
        Dataset<Row> newGroups = dealGroups(groups(fresh), state, spec);
        return select(followers).union(select(fresh.drop(SPLIT).join(newGroups, GROUP)));
    }

    private static Dataset<Row> select(Dataset<Row> rows) {
        return rows.select(EXAMPLE_ID, LABEL, SPLIT, FOLD);
    }

    /** One row per group with its classes and their numbers of rows, ordered by class. */
    private static Dataset<Row> groups(Dataset<Row> rows) {
        return rows.groupBy(GROUP, LABEL)
                .agg(count(lit(1)).as("rows"), bool_or(col(SPLIT).isNotNull()).as("settled"))
                .groupBy(GROUP)
                .agg(
                        sort_array(collect_list(struct(col(LABEL), col("rows"))))
                                .as(MEMBERS),
                        bool_or(col("settled")).as("settled"),
                        sum("rows").as("rows"));
    }

    private static Dataset<Row> dealGroups(Dataset<Row> groups, Dataset<Row> state, SplitSpec spec) {
        Dataset<Row> earlier = state.select(
                lit(null).cast("bigint").as("hash"),
                lit(null).cast("string").as(GROUP),
                lit(null).cast("array<struct<label:string,rows:bigint>>").as(MEMBERS),
                lit(false).as("settled"),
                col(LABEL),
                col(SPLIT),
                col(FOLD),
                col("rows"));
        Dataset<Row> later = groups.select(
                xxhash64(lit(spec.seed()), col(GROUP)).as("hash"),
                col(GROUP),
                col(MEMBERS),
                col("settled"),
                lit(null).cast("string").as(LABEL),
                lit(null).cast("string").as(SPLIT),
                lit(null).cast("int").as(FOLD),
                col("rows"));
        return earlier.union(later)
                .repartition(1)
                .sortWithinPartitions(col("hash").asc_nulls_first(), col(GROUP), col(LABEL), col(SPLIT), col(FOLD))
                .mapPartitions(new Deal(spec.shares(), spec.folds()), Encoders.row(DEALT));
    }

    private static final class Deal implements MapPartitionsFunction<Row, Row> {

        private static final long serialVersionUID = 1L;

        private final double[] shares;
        private final int folds;

        Deal(double[] shares, int folds) {
            this.shares = shares;
            this.folds = folds;
        }

        @Override
        public Iterator<Row> call(Iterator<Row> rows) {
            Map<String, ClassState> classes = new HashMap<>();
            return StreamSupport.stream(Spliterators.spliteratorUnknownSize(rows, 0), false)
                    .flatMap(row -> take(row, classes).stream())
                    .iterator();
        }

        private Optional<Row> take(Row row, Map<String, ClassState> classes) {
            if (row.isNullAt(0)) {
                state(classes, row.getString(4)).count(row, 5, 6, 7);
                return Optional.empty();
            }
            List<Row> members = row.getList(2);
            Split split = row.getBoolean(3) ? Split.TRAIN : neediest(members, classes);
            Integer fold = split == Split.TRAIN && folds > 0 ? (Integer) emptiestFold(members, classes) : null;
            members.forEach(member -> state(classes, member.getString(0)).count(split, fold, member.getLong(1)));
            return Optional.of(RowFactory.create(row.getString(1), split.code(), fold));
        }

        /** The split with the largest deficit, as a share of each class, over the rows of the group. */
        private Split neediest(List<Row> members, Map<String, ClassState> classes) {
            Split best = Split.TRAIN;
            double greatest = Double.NEGATIVE_INFINITY;
            for (Split split : Split.values()) {
                double share = shares[split.place];
                double need = 0;
                for (Row member : members) {
                    ClassState state = state(classes, member.getString(0));
                    double total = state.total(shares) + member.getLong(1);
                    need += member.getLong(1) * (share - state.splits[split.place] / total);
                }
                if (share > 0 && need > greatest) {
                    best = split;
                    greatest = need;
                }
            }
            return best;
        }

        private int emptiestFold(List<Row> members, Map<String, ClassState> classes) {
            long[] rows = new long[folds];
            for (Row member : members) {
                ClassState state = state(classes, member.getString(0));
                for (int fold = 0; fold < folds; fold++) {
                    rows[fold] += member.getLong(1) * state.folds[fold];
                }
            }
            return Dealer.fewest(rows, Math.floorMod(members.get(0).getString(0).hashCode(), folds));
        }

        private ClassState state(Map<String, ClassState> classes, @Nullable String label) {
            return classes.computeIfAbsent(String.valueOf(label), key -> new ClassState(key, folds));
        }
    }
}
