package io.pigeonhole.jobs.configuration;

import java.util.Collection;
import java.util.Locale;
import java.util.Map;

/** How rows are weighted by class. */
public enum ClassWeight {
    NONE,
    BALANCED,
    GIVEN;

    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Refuses weights by label that do not match the weightings. */
    static void check(Collection<ClassWeight> ways, Map<String, Double> given) {
        if (given.values().stream().anyMatch(weight -> !(weight > 0))) {
            throw ModelErrors.classWeightsNotPositive(given);
        }
        if (ways.contains(GIVEN) == given.isEmpty()) {
            throw ModelErrors.classWeightsAgainstClassWeight();
        }
    }
}
