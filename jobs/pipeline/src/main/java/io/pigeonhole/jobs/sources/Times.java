package io.pigeonhole.jobs.sources;

import static org.apache.spark.sql.functions.abs;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.timestamp_micros;
import static org.apache.spark.sql.functions.when;

import org.apache.spark.sql.Column;
import org.apache.spark.sql.types.DataTypes;

/**
 * Times from numbers and texts. A number counts seconds, milliseconds, microseconds or nanoseconds since 1970; its size
 * tells which. From 1973 to 5138, seconds have 9 to 11 digits, milliseconds 12 to 14, microseconds 15 to 17.
 */
final class Times {

    /** Smaller numbers, such as 20240331, 2024 or Excel's 45382, are most likely no seconds since 1970. */
    private static final double FIRST_SECOND = 1e8;

    private static final double FIRST_MILLISECOND = 1e11;
    private static final double FIRST_MICROSECOND = 1e14;
    private static final double FIRST_NANOSECOND = 1e17;

    /** Years that all readers of the tables can represent; nanoseconds in 64 bits end in 1677 and 2262. */
    private static final String FIRST_YEAR = "1678-01-01 00:00:00";

    private static final String AFTER_LAST_YEAR = "2262-01-01 00:00:00";

    static final String AMBIGUOUS = "' is not clearly a time: whole numbers are seconds, milliseconds, microseconds or"
            + " nanoseconds since 1970, from 1973 on. Make a time of it by a query, such as to_timestamp(CAST(t AS"
            + " STRING), 'yyyyMMdd')";

    static final String OUT_OF_RANGE = "' lies outside of the years 1678 to 2261, which all readers of the tables know";

    private Times() {}

    /** The time of a number; null where it is ambiguous. */
    static Column ofNumber(Column number) {
        Column size = abs(number);
        Column exact = number.cast(DataTypes.createDecimalType(38, 6));
        Column micros = when(size.geq(FIRST_NANOSECOND), exact.divide(1000))
                .when(size.geq(FIRST_MICROSECOND), exact)
                .when(size.geq(FIRST_MILLISECOND), exact.multiply(1000))
                .when(size.geq(FIRST_SECOND), exact.multiply(1_000_000));
        return timestamp_micros(micros.try_cast(DataTypes.LongType));
    }

    /** Whether a text is a number of seconds or a finer unit, rather than a date. */
    static Column isNumber(Column text) {
        return text.rlike("^\\s*-?[0-9]{9,19}(\\.[0-9]*)?\\s*$");
    }

    /** Whether a time lies outside of the years that all readers know. */
    static Column isOutOfRange(Column time) {
        return time.lt(lit(FIRST_YEAR).cast(DataTypes.TimestampType))
                .or(time.geq(lit(AFTER_LAST_YEAR).cast(DataTypes.TimestampType)));
    }
}
