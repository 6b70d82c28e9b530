package io.pigeonhole.transforms.cleaning;

import static org.apache.spark.sql.functions.abs;
import static org.apache.spark.sql.functions.floor;
import static org.apache.spark.sql.functions.isnan;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.regexp_replace;
import static org.apache.spark.sql.functions.when;

import org.apache.spark.sql.Column;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DecimalType;

/** Single values as texts that identify them. */
public final class Texts {

    /** Whole numbers beyond these may stand for several others. */
    private static final double LARGEST_EXACT_DOUBLE = 1L << 53;

    private static final double LARGEST_EXACT_FLOAT = 1L << 24;

    private Texts() {}

    /** The value as text. A whole number is written as one, whatever its type; NaN and infinities are null. */
    public static Column of(Column value, DataType type) {
        Column plain = value.cast(DataTypes.StringType);
        if (type instanceof DecimalType decimal && decimal.scale() > 0) {
            Column whole = value.cast(DataTypes.createDecimalType(decimal.precision(), 0));
            return when(value.equalTo(whole), whole.cast(DataTypes.StringType))
                    .otherwise(regexp_replace(plain, lit("0+$"), lit("")));
        }
        if (!isFloating(type)) {
            return plain;
        }
        Column isWhole = value.equalTo(floor(value)).and(abs(value).lt(LARGEST_EXACT_DOUBLE));
        return when(
                not(isNoNumber(value)),
                when(isWhole, value.cast(DataTypes.LongType).cast(DataTypes.StringType))
                        .otherwise(plain));
    }

    /** Whether a value is there but is no number that can identify anything: NaN or an infinity. */
    public static Column isNoNumber(Column value) {
        return isnan(value).or(abs(value).equalTo(Double.POSITIVE_INFINITY));
    }

    /** Whether a value may stand for several others: a whole number too large for its floating-point type. */
    public static Column isInexact(Column value, DataType type) {
        return abs(value).geq(type.equals(DataTypes.FloatType) ? LARGEST_EXACT_FLOAT : LARGEST_EXACT_DOUBLE);
    }

    /** Whether the type is that of floating-point numbers. */
    public static boolean isFloating(DataType type) {
        return type.equals(DataTypes.DoubleType) || type.equals(DataTypes.FloatType);
    }
}
