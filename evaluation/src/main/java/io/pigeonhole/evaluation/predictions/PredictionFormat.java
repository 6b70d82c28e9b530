package io.pigeonhole.evaluation.predictions;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import java.io.Serializable;
import java.util.Arrays;
import java.util.Set;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;

/**
 * The columns that {@link PredictionReader} reads, and which of them the predictions have.
 *
 * @param present columns of the predictions
 * @param levelsList whether levels list probabilities
 */
record PredictionFormat(Set<String> present, boolean levelsList) implements Serializable {

    static final int EXAMPLE_ID = 0;
    static final int MODEL = 1;
    static final int VERSION = 2;
    static final int SPLIT = 3;
    static final int LABEL = 4;
    static final int PREDICTED = 5;
    static final int UNIT = 6;
    static final int CONFIDENCE = 7;
    static final int LABEL_PROBABILITY = 8;
    static final int LABEL_RANK = 9;
    static final int UNLISTED_PROBABILITY = 10;
    static final int TOP_K = 11;
    static final int PROBABILITIES = 12;
    static final int SLICES = 13;
    static final int LEVELS = 14;

    static PredictionFormat of(Dataset<Row> predictions) {
        return new PredictionFormat(
                Set.copyOf(Arrays.asList(predictions.columns())), ProbabilityLists.inLevels(predictions.schema()));
    }

    boolean has(String column) {
        return present.contains(column);
    }

    /** The columns, in the order of the constants; those that the predictions lack are null. */
    Dataset<Row> select(Dataset<Row> predictions) {
        return predictions.select(
                text(Predictions.EXAMPLE_ID),
                text(Predictions.MODEL),
                col(Predictions.VERSION).cast(DataTypes.IntegerType),
                text(Predictions.SPLIT),
                text(Predictions.LABEL),
                text(Predictions.PREDICTED),
                BootstrapUnit.unit(present),
                number(Predictions.CONFIDENCE, DataTypes.DoubleType),
                number(Predictions.LABEL_PROBABILITY, DataTypes.DoubleType),
                number(Predictions.LABEL_RANK, DataTypes.IntegerType),
                number(Predictions.UNLISTED_PROBABILITY, DataTypes.DoubleType),
                list(Predictions.TOP_K, Predictions.TOP_K_TYPE),
                list(Predictions.PROBABILITIES, Predictions.PROBABILITIES_TYPE),
                list(Predictions.SLICES, DataTypes.createArrayType(DataTypes.StringType)),
                list(Predictions.LEVELS, Predictions.LEVELS_TYPE));
    }

    private static Column text(String column) {
        return col(column).cast(DataTypes.StringType);
    }

    private Column number(String column, DataType type) {
        return (has(column) ? col(column) : lit(null)).cast(type);
    }

    /** As it is: a cast would copy every list, if only to another nullability. */
    private Column list(String column, DataType type) {
        return has(column) ? col(column) : lit(null).cast(type);
    }
}
