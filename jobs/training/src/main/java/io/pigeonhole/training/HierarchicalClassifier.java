package io.pigeonhole.training;

import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.Identifiable;
import org.apache.spark.ml.util.MLReader;

/**
 * One softmax at each inner node of the taxonomy given by {@code pathCol}, all trained in the same passes. Without a taxonomy
 * it is a softmax over all classes.
 */
public final class HierarchicalClassifier extends LinearClassifier {

    private static final long serialVersionUID = 1L;

    public HierarchicalClassifier() {
        this(Identifiable.randomUID("hierarchical"));
    }

    public HierarchicalClassifier(String uid) {
        super(uid);
    }

    @Override
    Scheme scheme() {
        return Scheme.HIERARCHICAL;
    }

    /** Reads a saved classifier. */
    public static MLReader<HierarchicalClassifier> read() {
        return new DefaultParamsReader<>();
    }
}
