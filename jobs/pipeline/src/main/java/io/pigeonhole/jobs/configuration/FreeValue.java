package io.pigeonhole.jobs.configuration;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A value whose type only its receiver knows: a number, a text, true or false, or a list of such values.
 *
 * @param text of a single value; empty for a list
 * @param values of a list
 * @param isList whether it is a list
 */
public record FreeValue(String text, List<FreeValue> values, boolean isList) {

    public FreeValue {
        values = List.copyOf(values);
    }

    /** The value of a configuration, as the library unwraps it. */
    static FreeValue of(Object unwrapped) {
        if (unwrapped instanceof List<?> list) {
            return new FreeValue("", list.stream().map(FreeValue::of).toList(), true);
        } else if (unwrapped instanceof String || unwrapped instanceof Number || unwrapped instanceof Boolean) {
            return new FreeValue(unwrapped.toString(), List.of(), false);
        }
        throw ModelErrors.notAFreeValue(unwrapped);
    }

    /** The value of a text, such as {@code gini}, or of the text of a list. */
    public static FreeValue parse(String text) {
        if (text.startsWith("[")) {
            try {
                return of(ConfigFactory.parseString("value = " + text)
                        .getValue("value")
                        .unwrapped());
            } catch (ConfigException e) {
                throw ModelErrors.notAFreeValue(text);
            }
        }
        return of(text);
    }

    /** The text that {@link #parse} reads. */
    @Override
    public String toString() {
        return isList
                ? values.stream()
                        .map(value -> value.isList ? value.toString() : SettingsWriter.quoted(value.text))
                        .collect(Collectors.joining(", ", "[", "]"))
                : text;
    }
}
