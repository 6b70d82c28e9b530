package io.pigeonhole.jobs.forget;

import java.util.List;

/**
 * The subject to forget: all examples with one of the given values in a field.
 *
 * @param field {@code example_id}, or a field of {@code examples}
 * @param values values of the field, as text
 */
public record Subject(String field, List<String> values) {

    public Subject {
        values = values.stream().distinct().sorted().toList();
    }
}
