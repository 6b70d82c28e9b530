package io.pigeonhole.jobs;

import java.util.List;
import java.util.stream.IntStream;

/** Of cases that are alike, a test tries a few; with {@code -Dthorough=true}, as .ci/run does, it tries all. */
final class Thorough {

    static final String PROPERTY = "thorough";

    private static final boolean ASKED_FOR = Boolean.getBoolean(PROPERTY);

    private Thorough() {}

    /** All cases, or so many of them, evenly up to the last: with two the middle one and the last, with one the last. */
    static <T> List<T> orFew(int few, List<T> cases) {
        if (ASKED_FOR || cases.size() <= few) {
            return cases;
        }
        return IntStream.range(0, few)
                .mapToObj(i -> cases.get((i + 1) * (cases.size() - 1) / few))
                .toList();
    }
}
