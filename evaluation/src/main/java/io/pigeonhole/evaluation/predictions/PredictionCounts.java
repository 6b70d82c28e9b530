package io.pigeonhole.evaluation.predictions;

import io.pigeonhole.evaluation.tables.EvaluationKey;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.unsafe.types.UTF8String;
import org.jspecify.annotations.Nullable;

/** Counts the rows of a scan: of each slice of each split, and those that break a rule. */
final class PredictionCounts {

    /** Bits that stand for the rules of {@link PredictionContract}, in their order. */
    static final int WITHOUT_KEY = 1;

    static final int NOT_PREDICTED = 1 << 1;
    static final int OUT_OF_RANGE = 1 << 2;
    static final int BAD_LIST = 1 << 3;
    static final int RULES = 4;

    private final ScanNames names;
    private final List<Part> parts = new ArrayList<>();

    PredictionCounts(ScanNames names) {
        this.names = names;
    }

    /** Whether there are so many slices that there will be no evaluation. */
    boolean hasTooManySlices() {
        return names.namesOfSlices() > PredictionContract.MOST_SLICES + 1;
    }

    /** The part that the row belongs to. */
    Part part(InternalRow row) {
        for (Part part : parts) {
            if (part.isOf(row)) {
                return part;
            }
        }
        Part part = new Part(row);
        parts.add(part);
        return part;
    }

    Counted finish() {
        return new Counted(parts.stream().map(Part::finish).toList(), hasTooManySlices());
    }

    /** One split of one model version. */
    final class Part {

        private final @Nullable UTF8String model;
        private final @Nullable Integer version;
        private final @Nullable UTF8String split;
        private final long[] broken = new long[RULES];
        private final String[] examples = new String[RULES];
        /** By number of the set of slices. */
        private long[] rows = {};

        Part(InternalRow row) {
            model = copy(row, PredictionFormat.MODEL);
            version = row.isNullAt(PredictionFormat.VERSION) ? null : (Integer) row.getInt(PredictionFormat.VERSION);
            split = copy(row, PredictionFormat.SPLIT);
            Arrays.fill(examples, "");
        }

        private static @Nullable UTF8String copy(InternalRow row, int at) {
            return row.isNullAt(at) ? null : row.getUTF8String(at).copy();
        }

        boolean isOf(InternalRow row) {
            boolean sameVersion = row.isNullAt(PredictionFormat.VERSION)
                    ? version == null
                    : version != null && version == row.getInt(PredictionFormat.VERSION);
            return sameVersion
                    && isSame(model, row, PredictionFormat.MODEL)
                    && isSame(split, row, PredictionFormat.SPLIT);
        }

        private static boolean isSame(@Nullable UTF8String name, InternalRow row, int at) {
            return row.isNullAt(at) ? name == null : row.getUTF8String(at).equals(name);
        }

        /** Counts a row that breaks these rules. */
        void count(int slices, int rules, InternalRow row) {
            if (slices >= rows.length) {
                rows = Arrays.copyOf(rows, Math.max(slices + 1, 2 * rows.length));
            }
            rows[slices]++;
            for (int i = 0; rules != 0 && i < RULES; i++) {
                if ((rules & 1 << i) != 0) {
                    boolean isNull = row.isNullAt(PredictionFormat.EXAMPLE_ID);
                    String example = isNull
                            ? PredictionContract.NO_EXAMPLE
                            : row.getUTF8String(PredictionFormat.EXAMPLE_ID).toString();
                    examples[i] = broken[i] == 0 || example.compareTo(examples[i]) < 0 ? example : examples[i];
                    broken[i]++;
                }
            }
        }

        /** The whole split, at the leaves; the row must have a complete key. */
        EvaluationKey key() {
            if (model == null || version == null || split == null) {
                throw new IllegalStateException("a row without a key has no decisions");
            }
            return new EvaluationKey(
                    model.toString(), version, split.toString(), EvaluationKey.ALL, EvaluationKey.LEAF);
        }

        private CountedPart finish() {
            Map<String, Long> slices = new TreeMap<>();
            for (int set = 0; set < rows.length; set++) {
                long count = rows[set];
                if (count > 0) {
                    names.slices(set).forEach(slice -> slices.merge(slice, count, Long::sum));
                }
            }
            return new CountedPart(broken[0] > 0 ? null : key(), slices, broken, examples);
        }
    }

    /**
     * The counts of one scan.
     *
     * @param tooManySlices whether there will be no evaluation; then the slices are not complete
     */
    record Counted(List<CountedPart> parts, boolean tooManySlices) implements Serializable {}

    /**
     * The counts of one split.
     *
     * @param key null for rows that lack a part of it
     * @param slices rows of each slice, including the whole split
     * @param broken how many rows break each rule
     * @param examples the least id of them
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record CountedPart(@Nullable EvaluationKey key, Map<String, Long> slices, long[] broken, String[] examples)
            implements Serializable {}
}
