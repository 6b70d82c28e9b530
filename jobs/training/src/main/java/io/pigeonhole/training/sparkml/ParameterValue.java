package io.pigeonhole.training.sparkml;

import java.util.List;
import java.util.stream.Collectors;

/** The value of a parameter, as text or as a list of values. */
public sealed interface ParameterValue {

    /** A number, true or false, or a text. */
    record Single(String text) implements ParameterValue {
        @Override
        public String toString() {
            return text;
        }
    }

    /** A list, of single values or of lists. */
    record Several(List<ParameterValue> values) implements ParameterValue {
        public Several {
            values = List.copyOf(values);
        }

        @Override
        public String toString() {
            return values.stream().map(ParameterValue::toString).collect(Collectors.joining(", ", "[", "]"));
        }
    }
}
