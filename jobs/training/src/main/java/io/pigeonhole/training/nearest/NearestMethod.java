package io.pigeonhole.training.nearest;

import java.util.Arrays;
import java.util.Locale;

/** What a row is compared with. */
public enum NearestMethod {
    /** The nearest training rows, which vote for their classes. */
    NEIGHBOURS,
    /** One vector for each class: the mean of its training rows. */
    CENTROIDS;

    /** The name as parameters write it. */
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }

    static NearestMethod of(String code) {
        return Arrays.stream(values())
                .filter(method -> method.code().equals(code))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("method must be neighbours or centroids, not " + code));
    }
}
