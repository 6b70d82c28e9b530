package io.pigeonhole.jobs.configuration;

import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The keys of a record in a file: its components in {@code snake_case}, including those of inline records. */
final class RecordKeys {

    private RecordKeys() {}

    /** The records of a sealed interface and of sealed interfaces below it, by the names that select them. */
    static Map<String, Class<?>> alternatives(Class<?> sealed) {
        Map<String, Class<?>> alternatives = new LinkedHashMap<>();
        for (Class<?> permitted : sealed.getPermittedSubclasses()) {
            if (permitted.isSealed()) {
                alternatives.putAll(alternatives(permitted));
            } else {
                alternatives.put(snakeCase(permitted.getSimpleName()), permitted);
            }
        }
        return alternatives;
    }

    static boolean isInline(RecordComponent component) {
        return component.isAnnotationPresent(Inline.class);
    }

    /**
     * The components by key.
     *
     * @param chosen the names that select inline alternatives, by key; without a selection, the keys of all
     *     alternatives are returned
     */
    static Map<String, RecordComponent> of(Class<?> type, Map<String, String> chosen) {
        Map<String, RecordComponent> keys = new LinkedHashMap<>();
        for (RecordComponent component : type.getRecordComponents()) {
            String key = snakeCase(component.getName());
            if (!isInline(component)) {
                keys.put(key, component);
            } else if (component.getType().isSealed()) {
                keys.put(key, component);
                Map<String, Class<?>> alternatives = alternatives(component.getType());
                Class<?> alternative = alternatives.get(chosen.getOrDefault(key, ""));
                (alternative == null ? alternatives.values() : List.of(alternative))
                        .forEach(each -> keys.putAll(of(each, chosen)));
            } else {
                keys.putAll(of(component.getType(), chosen));
            }
        }
        return keys;
    }

    /** The keys under any selection of inline alternatives. */
    static Set<String> all(Class<?> type) {
        Set<String> keys = new LinkedHashSet<>();
        for (RecordComponent component : type.getRecordComponents()) {
            if (isInline(component) && !component.getType().isSealed()) {
                keys.addAll(all(component.getType()));
                continue;
            }
            keys.add(snakeCase(component.getName()));
            if (isInline(component)) {
                alternatives(component.getType()).values().forEach(alternative -> keys.addAll(all(alternative)));
            }
        }
        return keys;
    }

    /** The inline alternatives that have a key, each as {@code key = name}, such as {@code trainer = deep}. */
    static List<String> owners(Class<?> type, String wanted) {
        List<String> owners = new ArrayList<>();
        for (RecordComponent component : type.getRecordComponents()) {
            if (isInline(component) && component.getType().isSealed()) {
                alternatives(component.getType()).forEach((name, alternative) -> {
                    if (all(alternative).contains(wanted)) {
                        owners.add(snakeCase(component.getName()) + " = " + name);
                    }
                });
            }
        }
        return owners;
    }

    static String snakeCase(String name) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (Character.isUpperCase(c) && i > 0) {
                out.append('_');
            }
            out.append(Character.toLowerCase(c));
        }
        return out.toString();
    }
}
