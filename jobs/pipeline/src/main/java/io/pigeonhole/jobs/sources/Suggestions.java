package io.pigeonhole.jobs.sources;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import org.apache.commons.text.similarity.LevenshteinDistance;

/** What a name was probably meant to be. */
final class Suggestions {

    private Suggestions() {}

    /** The name in quotes, followed by the most similar known one where there is one similar enough. */
    static String withNearest(String name, Collection<String> known) {
        return "'" + name + "'"
                + known.stream()
                        .min(Comparator.comparingInt(other -> distance(name, other)))
                        .filter(nearest -> distance(name, nearest) <= Math.max(2, name.length() / 3))
                        .map(nearest -> " (did you mean '" + nearest + "'?)")
                        .orElse("");
    }

    private static int distance(String name, String other) {
        return LevenshteinDistance.getDefaultInstance()
                .apply(name.toLowerCase(Locale.ROOT), other.toLowerCase(Locale.ROOT));
    }
}
