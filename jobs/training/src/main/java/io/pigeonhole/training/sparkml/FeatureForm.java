package io.pigeonhole.training.sparkml;

import java.io.Serializable;
import java.util.Locale;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.functions;

/**
 * The form of the vectors that a classifier sees. Spark stores a vector dense or sparse, whichever is shorter. XGBoost takes
 * the numbers that a sparse vector leaves out as missing, and a zero of a dense one as a number. Its release 3.1.1 also
 * predicts from sparse vectors with the values of other features. So it sees dense vectors alone.
 */
enum FeatureForm {
    /** As they are: the classifier treats both forms alike. */
    ANY,
    /** All numbers: a zero is a number, unless the classifier is told that it is missing; NaN is missing. */
    DENSE;

    /** Features beyond which dense rows take too much memory. */
    static final int MOST_DENSE = 10_000;

    static FeatureForm of(String code) {
        return valueOf(code.toUpperCase(Locale.ROOT));
    }

    String code() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The column of vectors in this form. */
    Column of(Column vectors) {
        return this == ANY
                ? vectors
                : functions.udf(new Convert(this), SQLDataTypes.VectorType()).apply(vectors);
    }

    private record Convert(FeatureForm form) implements UDF1<Vector, Vector>, Serializable {
        @Override
        public Vector call(Vector vector) {
            return form == DENSE ? vector.toDense() : vector;
        }
    }
}
