package io.pigeonhole.jobs.configuration;

import io.pigeonhole.transforms.PipelineException;
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
            throw PipelineException.configuration("the class_weights must be above 0, not " + given);
        }
        if (ways.contains(GIVEN) == given.isEmpty()) {
            throw PipelineException.configuration(
                    "must have class_weights exactly when class_weight is given, or may be");
        }
    }
}
