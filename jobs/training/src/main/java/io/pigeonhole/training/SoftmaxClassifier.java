package io.pigeonhole.training;

import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.Identifiable;
import org.apache.spark.ml.util.MLReader;

/** Multinomial logistic regression: one softmax over all classes. */
public final class SoftmaxClassifier extends LinearClassifier {

    private static final long serialVersionUID = 1L;

    public SoftmaxClassifier() {
        this(Identifiable.randomUID("softmax"));
    }

    public SoftmaxClassifier(String uid) {
        super(uid);
    }

    @Override
    Scheme scheme() {
        return Scheme.SOFTMAX;
    }

    /** Reads a saved classifier. */
    public static MLReader<SoftmaxClassifier> read() {
        return new DefaultParamsReader<>();
    }
}
