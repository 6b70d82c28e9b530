package io.pigeonhole.jobs.forget;

import java.util.List;

/**
 * Who is to be forgotten: all examples that have one of some values in a column.
 *
 * @param field {@code example_id}, or a field of {@code examples}
 * @param values as text
 */
public record Subject(String field, List<String> values) {

    public Subject {
        values = values.stream().distinct().sorted().toList();
    }
}
