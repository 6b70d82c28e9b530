package io.pigeonhole.evaluation.predictions;

import static org.apache.spark.sql.functions.aggregate;
import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.array_min;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.least;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;

import java.util.Arrays;
import java.util.Set;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.StructType;

/**
 * The probabilities that a row lists, and the largest one that it may leave out: the one that the row states, or else
 * the smaller of the least probability listed and the difference of their sum to 1.
 */
public final class ProbabilityLists {

    /** How far the sum of all probabilities may differ from 1 by rounding. */
    private static final double ROUNDING = 1e-6;

    private ProbabilityLists() {}

    /** Whether the column {@code levels} lists probabilities too. */
    public static boolean inLevels(StructType predictions) {
        return Arrays.asList(predictions.fieldNames()).contains(Predictions.LEVELS)
                && predictions.apply(Predictions.LEVELS).dataType() instanceof ArrayType levels
                && levels.elementType() instanceof StructType level
                && Arrays.asList(level.fieldNames()).contains(Predictions.PROBABILITIES);
    }

    /** The decisions of a row at the levels; none where the column is null. */
    public static Column levels(boolean inLevels) {
        return coalesce(
                col(Predictions.LEVELS),
                array().cast(inLevels ? Predictions.LEVELS_TYPE : Predictions.LEVELS_WITHOUT_LISTS));
    }

    /** Whether a row lists the probabilities of the classes. */
    public static Column isListed(Set<String> columns) {
        return columns.contains(Predictions.PROBABILITIES)
                ? col(Predictions.PROBABILITIES).isNotNull()
                : lit(false);
    }

    /** The same at a level. */
    public static Column isListed(Column level) {
        return level.getField(Predictions.PROBABILITIES).isNotNull();
    }

    /** Largest probability that a class left out by the row may have; 0 if the row lists no class at all. */
    public static Column unlisted(Set<String> columns) {
        if (!columns.contains(Predictions.PROBABILITIES)) {
            return lit(0.0);
        }
        Column bound = bound(col(Predictions.PROBABILITIES));
        return columns.contains(Predictions.UNLISTED_PROBABILITY)
                ? coalesce(col(Predictions.UNLISTED_PROBABILITY).cast("double"), bound)
                : bound;
    }

    /** The same at a level. */
    public static Column unlisted(Column level) {
        return coalesce(
                level.getField(Predictions.UNLISTED_PROBABILITY), bound(level.getField(Predictions.PROBABILITIES)));
    }

    private static Column bound(Column listed) {
        Column sum = aggregate(
                listed,
                lit(0.0),
                (total, entry) ->
                        total.plus(entry.getField(Predictions.PROBABILITY).cast("double")));
        Column lacking = lit(1.0).minus(sum);
        Column least = coalesce(array_min(listed.getField(Predictions.PROBABILITY)), lit(1.0));
        return coalesce(when(lacking.gt(ROUNDING), least(lacking, least)), lit(0.0));
    }
}
