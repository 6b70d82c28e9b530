package io.pigeonhole.training.nearest;

import java.util.Arrays;
import java.util.Locale;

/** What similar means; a larger similarity is nearer. */
public enum Metric {
    /** The cosine of the angle; vectors are scaled to length one in single precision, and a zero vector stays zero. */
    COSINE,
    /** Minus the squared Euclidean distance. */
    EUCLIDEAN;

    /** The name as parameters write it. */
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Metric of(String code) {
        return Arrays.stream(values())
                .filter(metric -> metric.code().equals(code))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("metric must be cosine or euclidean, not " + code));
    }

    /**
     * The similarity of two vectors. All sums are in double precision by ascending feature, so that it has the same bits
     * on every machine, and however vectors are stored.
     */
    double similarity(FeatureVector one, FeatureVector other) {
        return this == COSINE ? one.dot(other) : -one.squaredDistance(other);
    }

    /** A distance that is zero for equal vectors: one less the cosine, or the squared Euclidean distance. */
    double distance(double similarity) {
        return this == COSINE ? Math.max(0, 1 - similarity) : -similarity;
    }
}
