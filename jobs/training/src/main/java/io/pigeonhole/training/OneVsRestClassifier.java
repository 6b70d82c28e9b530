package io.pigeonhole.training;

import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.Identifiable;
import org.apache.spark.ml.util.MLReader;

/** One logistic regression or support vector machine for each class against the rest, all in the same passes. */
public final class OneVsRestClassifier extends LinearClassifier {

    private static final long serialVersionUID = 1L;

    public OneVsRestClassifier() {
        this(Identifiable.randomUID("oneVsRest"));
    }

    public OneVsRestClassifier(String uid) {
        super(uid);
    }

    @Override
    Scheme scheme() {
        return Scheme.ONE_VS_REST;
    }

    /** Reads a saved classifier. */
    public static MLReader<OneVsRestClassifier> read() {
        return new DefaultParamsReader<>();
    }
}
