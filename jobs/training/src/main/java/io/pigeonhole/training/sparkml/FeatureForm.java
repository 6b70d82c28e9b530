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
 * the numbers that a sparse vector leaves out as missing, but a zero of a dense vector as a number; so it must see all
 * vectors in one form.
 */
enum FeatureForm {
    /** As they are: the classifier treats both forms alike. */
    ANY,
    /** All numbers: a zero is a number, and NaN is missing. */
    DENSE,
    /** Without zeros: a zero is missing. */
    SPARSE;

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
            return form == DENSE ? vector.toDense() : vector.toSparse();
        }
    }
}
