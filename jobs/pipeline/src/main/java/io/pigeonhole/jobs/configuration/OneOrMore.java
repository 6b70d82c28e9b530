package io.pigeonhole.jobs.configuration;

import java.util.List;
import java.util.function.Predicate;

/** One value, or several to choose from. In a file: the value, or a list. */
public record OneOrMore<T>(List<T> values) {

    public OneOrMore {
        values = values.stream().distinct().toList();
        if (values.isEmpty()) {
            throw ConfigurationErrors.emptyList();
        }
    }

    boolean all(Predicate<T> holds) {
        return values.stream().allMatch(holds);
    }

    /** The value as in a file: a single value is not shown as a list. */
    @Override
    public String toString() {
        return values.size() == 1 ? values.get(0).toString() : values.toString();
    }
}
