package io.pigeonhole.transforms;

import java.util.List;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;

/**
 * The class with the largest probability, the first of equal ones.
 *
 * @param labels the classes, in the order of the probabilities
 */
public record MostProbable(List<String> labels) implements UDF1<Vector, String> {

    /** The class of each row. */
    public static Column of(Column probabilities, List<String> labels) {
        return functions.udf(new MostProbable(labels), DataTypes.StringType).apply(probabilities);
    }

    @Override
    public String call(Vector probabilities) {
        return labels.get(probabilities.argmax());
    }
}
