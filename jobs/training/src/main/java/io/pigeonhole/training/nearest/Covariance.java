package io.pigeonhole.training.nearest;

import java.util.Arrays;
import java.util.Locale;

/** Whether centroids allow for the spread of rows around them. */
public enum Covariance {
    NONE,
    /** That of all rows around the centroids of their classes, as in linear discriminant analysis. */
    SHARED;

    /** The name as parameters write it. */
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Covariance of(String code) {
        return Arrays.stream(values())
                .filter(covariance -> covariance.code().equals(code))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("covariance must be none or shared, not " + code));
    }
}
