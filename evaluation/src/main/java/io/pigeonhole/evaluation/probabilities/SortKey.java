package io.pigeonhole.evaluation.probabilities;

import static org.apache.spark.sql.functions.floor;
import static org.apache.spark.sql.functions.least;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.pmod;
import static org.apache.spark.sql.functions.shiftleft;
import static org.apache.spark.sql.functions.shiftright;

import org.apache.spark.sql.Column;
import org.apache.spark.sql.types.DataTypes;

/**
 * The order of {@link ScoreRows} as one whole number, which Spark compares without reading rows. From the highest bits
 * on, it has a hash of the class, the place of the split in its family, and the probability to 32 bits, in falling
 * order. Rows of classes that share a hash, which are rare, are mixed.
 */
final class SortKey {

    private static final int CLASS_SHIFT = 41;
    private static final int SPLIT_SHIFT = 33;
    private static final long CLASS_HASHES = 1L << (Long.SIZE - 1 - CLASS_SHIFT);
    private static final int MOST_PLACES = 1 << (CLASS_SHIFT - SPLIT_SHIFT);

    private SortKey() {}

    /**
     * The number of a row.
     *
     * @param hash of the class and its family
     * @param place of the split in its family; places beyond the largest one share it
     */
    static Column of(Column hash, Column place, Column probability) {
        Column falling = floor(lit(1.0).minus(probability).multiply(lit(0x1p32)));
        return shiftleft(pmod(hash, lit(CLASS_HASHES)), CLASS_SHIFT)
                .plus(shiftleft(least(place, lit(MOST_PLACES - 1)).cast(DataTypes.LongType), SPLIT_SHIFT))
                .plus(falling.cast(DataTypes.LongType));
    }

    /** The part of the number that rows of one class share. */
    static Column ofClass(Column key) {
        return shiftright(key, CLASS_SHIFT);
    }

    /** Whether two rows are of one class, or of two that share a hash. */
    static boolean isSameClass(long key, long other) {
        return key >> CLASS_SHIFT == other >> CLASS_SHIFT;
    }

    /** Whether two rows are of one class, or of two that share a hash, and of one split. */
    static boolean isSameSplit(long key, long other) {
        return key >> SPLIT_SHIFT == other >> SPLIT_SHIFT;
    }
}
