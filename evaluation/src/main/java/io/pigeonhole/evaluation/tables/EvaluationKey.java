package io.pigeonhole.evaluation.tables;

import java.io.Serializable;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.functions;
import org.jspecify.annotations.Nullable;

/**
 * Identifies one set of figures: a slice of one split, classified by one model version, at one level.
 *
 * @param slice part of the split; {@link #ALL} is the whole split
 * @param level {@link #LEAF} for the labels themselves, "1", "2", ... for the levels of the taxonomy below its root
 */
public record EvaluationKey(String model, int version, String split, String slice, String level)
        implements Comparable<EvaluationKey>, Serializable {

    public static final String MODEL = "model";
    public static final String VERSION = "version";
    public static final String SPLIT = "split";
    public static final String SLICE = "slice";
    public static final String LEVEL = "level";
    /** The columns of the key, in the order in which every evaluation table begins. */
    public static final List<String> COLUMNS = List.of(MODEL, VERSION, SPLIT, SLICE, LEVEL);
    /** The slice that is the whole split. */
    public static final String ALL = "all";
    /** The level of the labels themselves. */
    public static final String LEAF = "leaf";
    /** The split that thresholds are chosen on. */
    public static final String VALIDATION = "validation";

    private static final Comparator<EvaluationKey> ORDER = Comparator.comparing(EvaluationKey::model)
            .thenComparing(EvaluationKey::version)
            .thenComparing(EvaluationKey::split)
            .thenComparing(EvaluationKey::slice)
            // the leaves first, then level 2 before level 10
            .thenComparing(key -> key.isLeaf() ? 0 : key.level.length())
            .thenComparing(EvaluationKey::level);

    /** The columns of the key, followed by these. */
    public static Column[] columns(String... others) {
        return Stream.concat(COLUMNS.stream(), Stream.of(others))
                .map(name -> functions.col(name))
                .toArray(Column[]::new);
    }

    /** A row that begins with the key. */
    public Row row(@Nullable Object... others) {
        @Nullable
        Object[] values = Arrays.copyOf(
                new @Nullable Object[] {model, version, split, slice, level}, COLUMNS.size() + others.length);
        System.arraycopy(others, 0, values, COLUMNS.size(), others.length);
        return RowFactory.create(values);
    }

    /** The key of a row that begins with {@link #COLUMNS}. */
    public static EvaluationKey fromRow(Row row) {
        return new EvaluationKey(row.getString(0), row.getInt(1), row.getString(2), row.getString(3), row.getString(4));
    }

    public EvaluationKey atLevel(String other) {
        return new EvaluationKey(model, version, split, slice, other);
    }

    public EvaluationKey withSplit(String other) {
        return new EvaluationKey(model, version, other, slice, level);
    }

    public EvaluationKey withSlice(String other) {
        return new EvaluationKey(model, version, split, other, level);
    }

    public boolean isLeaf() {
        return level.equals(LEAF);
    }

    @Override
    public int compareTo(EvaluationKey other) {
        return ORDER.compare(this, other);
    }
}
