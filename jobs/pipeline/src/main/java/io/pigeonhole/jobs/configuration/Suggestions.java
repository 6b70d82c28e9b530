package io.pigeonhole.jobs.configuration;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import org.apache.commons.text.similarity.LevenshteinDistance;

/** Suggestions for misspelt names. */
public final class Suggestions {

    private Suggestions() {}

    /** The most similar known name, if one is similar enough; letter case is ignored. */
    static Optional<String> nearest(String name, Collection<String> known) {
        return known.stream()
                .min(Comparator.comparingInt(other -> distance(name, other)))
                .filter(nearest -> distance(name, nearest) <= Math.max(2, name.length() / 3));
    }

    /** The name in quotes, followed by the most similar known name, if one is similar enough. */
    public static String withNearest(String name, Collection<String> known) {
        return "'" + name + "'"
                + nearest(name, known)
                        .map(nearest -> " (did you mean '" + nearest + "'?)")
                        .orElse("");
    }

    private static int distance(String name, String other) {
        return LevenshteinDistance.getDefaultInstance()
                .apply(name.toLowerCase(Locale.ROOT), other.toLowerCase(Locale.ROOT));
    }
}
