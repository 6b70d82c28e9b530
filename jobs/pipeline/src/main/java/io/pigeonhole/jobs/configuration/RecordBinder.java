package io.pigeonhole.jobs.configuration;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import com.typesafe.config.ConfigValueType;
import io.pigeonhole.transforms.PipelineException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Binds a configuration to records, strictly: a key is a record component in {@code snake_case}; an unknown, missing or
 * mistyped key is an error that names file, line and key path, and every such error of a file is reported at once.
 *
 * <p>The key {@code kind} chooses a record of a sealed interface. The keys of an {@link Inline} component stand beside
 * those of the record that holds it. A record with a static method {@code parse(String)} is written as a text. List
 * elements and optional values take their {@link Defaults}; so does an absent optional component that is
 * {@link UsualUnless} others are given.
 */
final class RecordBinder {

    /** Beginning of the description of a value that was merged from several places, and the file of defaults. */
    private static final String MERGED = "merge of ";

    private static final String DEFAULTS_FILE = "reference.conf";

    static final String KIND = "kind";

    private final Defaults defaults;
    private final List<String> problems = new ArrayList<>();

    private RecordBinder(Defaults defaults) {
        this.defaults = defaults;
    }

    /** @throws PipelineException (configuration) with one line per problem */
    static <T extends Record> T bind(Class<T> type, Config config) {
        RecordBinder binder = new RecordBinder(Defaults.in(config));
        Object bound = binder.record(type, config.root().withoutKey(Defaults.SECTION), "");
        if (!binder.problems.isEmpty() || bound == null) {
            throw ConfigurationErrors.notBound(binder.problems);
        }
        return type.cast(bound);
    }

    /** The value converted to the type; empty if that is impossible. */
    static Optional<Object> bound(Type type, ConfigValue value, String path, Defaults defaults) {
        RecordBinder binder = new RecordBinder(defaults);
        Object bound = binder.value(type, value, path);
        return binder.problems.isEmpty() ? Optional.ofNullable(bound) : Optional.empty();
    }

    /** Whether the type is a record that is written as an object. */
    static boolean isObject(Class<?> type) {
        return type.isRecord() && type != OneOrMore.class && parser(type).isEmpty();
    }

    private @Nullable Object value(Type type, ConfigValue value, String path) {
        if (type instanceof ParameterizedType generic) {
            return parameterized(generic, value, path);
        }
        Class<?> plain = (Class<?>) type;
        // must be first: an enum whose constants have bodies is sealed, too
        if (plain.isEnum()) {
            return constant(plain, value, path);
        }
        if (plain.isSealed()) {
            return alternative(plain, value, path);
        }
        if (plain == FreeValue.class) {
            return free(value, path);
        }
        if (plain.isRecord()) {
            Optional<Method> parse = parser(plain);
            if (parse.isPresent()) {
                return value.valueType() == ConfigValueType.STRING
                        ? parsed(parse.get(), value, path)
                        : wrongType(value, path, "a text");
            }
            return value instanceof ConfigObject object
                    ? record(plain, object, path)
                    : wrongType(value, path, "an object");
        }
        return scalar(plain, value, path);
    }

    private @Nullable Object free(ConfigValue value, String path) {
        try {
            return value.unwrapped() instanceof String text ? FreeValue.parse(text) : FreeValue.of(value.unwrapped());
        } catch (PipelineException e) {
            problem(value.origin(), path, String.valueOf(e.getMessage()));
            return null;
        }
    }

    /** The static method {@code parse(String)} of a record that is written as a text with its own grammar. */
    private static Optional<Method> parser(Class<?> type) {
        return Arrays.stream(type.getMethods())
                .filter(method -> method.getName().equals("parse")
                        && Modifier.isStatic(method.getModifiers())
                        && Arrays.equals(method.getParameterTypes(), new Class<?>[] {String.class}))
                .findFirst();
    }

    private @Nullable Object parsed(Method parse, ConfigValue value, String path) {
        return constructed(() -> parse.invoke(null, text(value)), parse, value.origin(), path);
    }

    private @Nullable Object parameterized(ParameterizedType type, ConfigValue value, String path) {
        Type[] arguments = type.getActualTypeArguments();
        if (type.getRawType() == Optional.class) {
            return value.valueType() == ConfigValueType.NULL
                    ? Optional.empty()
                    : Optional.ofNullable(value(arguments[0], withDefaults(value, arguments[0], path), path));
        }
        if (type.getRawType() == OneOrMore.class) {
            return oneOrMore(arguments[0], value, path);
        }
        if (type.getRawType() == List.class) {
            return value instanceof ConfigList list
                    ? elements(arguments[0], list, path)
                    : wrongType(value, path, "a list");
        }
        if (type.getRawType() == Map.class) {
            return value instanceof ConfigObject object
                    ? entries(arguments[1], object, path)
                    : wrongType(value, path, "an object");
        }
        throw new IllegalArgumentException("a configuration record cannot hold " + type + " at " + path);
    }

    private @Nullable Object oneOrMore(Type type, ConfigValue value, String path) {
        int problemsBefore = problems.size();
        ConfigList list =
                value instanceof ConfigList several ? several : ConfigValueFactory.fromIterable(List.of(value));
        List<Object> values = elements(type, list, path);
        if (problems.size() > problemsBefore) {
            return null;
        }
        try {
            return new OneOrMore<>(values);
        } catch (PipelineException e) {
            problem(value.origin(), path, String.valueOf(e.getMessage()));
            return null;
        }
    }

    private List<Object> elements(Type type, ConfigList list, String path) {
        List<Object> elements = new ArrayList<>();
        for (int i = 0; i < list.size(); i++) {
            ConfigValue element = list.get(i);
            Object bound = value(type, withDefaults(element, type, path), path + "[" + i + "]");
            if (bound != null) {
                elements.add(bound);
            }
        }
        return Collections.unmodifiableList(elements);
    }

    private ConfigValue withDefaults(ConfigValue value, Type type, String path) {
        if (!(type instanceof Class<?> plain && plain.isRecord() && value instanceof ConfigObject object)) {
            return value;
        }
        ConfigObject completed = defaults.complete(object, path);
        Map<String, RecordComponent> keys = RecordKeys.of(plain, choices(object));
        for (String key : RecordKeys.all(plain)) {
            RecordComponent component = keys.get(key);
            // an absent optional value takes no defaults, which would make it present; the defaults of a record with
            // inline alternatives include those of all alternatives
            if (!object.containsKey(key) && (component == null || staysAbsent(component, object))) {
                completed = completed.withoutKey(key);
            }
        }
        return completed;
    }

    private static boolean staysAbsent(RecordComponent component, ConfigObject object) {
        UsualUnless usual = component.getAnnotation(UsualUnless.class);
        return component.getType() == Optional.class
                && (usual == null || Arrays.stream(usual.value()).anyMatch(other -> isGiven(object, other)));
    }

    private static boolean isGiven(ConfigObject object, String key) {
        ConfigValue value = object.get(key);
        return value != null && value.valueType() != ConfigValueType.NULL;
    }

    private Map<String, Object> entries(Type type, ConfigObject object, String path) {
        Map<String, Object> entries = new TreeMap<>();
        object.forEach((key, element) -> {
            if (element instanceof ConfigObject parts && isSingle(type)) {
                // a name with dots and without quotes, such as v1.0 = one
                entries(type, parts, path + "." + key).forEach((rest, value) -> entries.put(key + "." + rest, value));
                return;
            }
            Object bound = value(type, element, path + "." + key);
            if (bound != null) {
                entries.put(key, bound);
            }
        });
        return Collections.unmodifiableMap(entries);
    }

    /** Whether values of a type are never objects of a configuration. */
    private static boolean isSingle(Type type) {
        return type instanceof Class<?> plain && !plain.isRecord() && !plain.isInterface();
    }

    private @Nullable Object alternative(Class<?> type, ConfigValue value, String path) {
        if (!(value instanceof ConfigObject object)) {
            return wrongType(value, path, "an object");
        }
        ConfigValue kind = object.get(KIND);
        if (kind == null) {
            problem(
                    object.origin(),
                    path,
                    "needs the key 'kind', one of "
                            + String.join(", ", RecordKeys.alternatives(type).keySet()));
            return null;
        }
        Class<?> chosen = chosen(type, kind, join(path, KIND));
        if (chosen == null) {
            return null;
        }
        ConfigObject completed = defaults.complete(object, path, text(kind));
        return record(chosen, completed.withoutKey(KIND), path);
    }

    private @Nullable Class<?> chosen(Class<?> type, ConfigValue name, String path) {
        Map<String, Class<?>> alternatives = RecordKeys.alternatives(type);
        Class<?> chosen = alternatives.get(text(name));
        if (chosen == null) {
            problem(
                    name.origin(),
                    path,
                    "'" + text(name) + "' is not one of " + String.join(", ", alternatives.keySet())
                            + suggestion(text(name), alternatives.keySet()));
        }
        return chosen;
    }

    private @Nullable Object record(Class<?> type, ConfigObject object, String path) {
        int problemsBefore = problems.size();
        refuseUnknownKeys(type, object, path);
        return filled(type, object, path, problemsBefore);
    }

    private void refuseUnknownKeys(Class<?> type, ConfigObject object, String path) {
        Set<String> keys = RecordKeys.of(type, choices(object)).keySet();
        for (Map.Entry<String, ConfigValue> entry : object.entrySet()) {
            String key = entry.getKey();
            if (keys.contains(key)) {
                continue;
            }
            List<String> owners = RecordKeys.owners(type, key);
            problem(
                    entry.getValue().origin(),
                    join(path, key),
                    owners.isEmpty()
                            ? "is not a known key" + suggestion(key, keys)
                            : "is a key for " + String.join(", ", owners) + " only; remove it");
        }
    }

    /** The texts among the values, by key. */
    private static Map<String, String> choices(ConfigObject object) {
        Map<String, String> choices = new HashMap<>();
        object.forEach((key, value) -> choices.put(key, text(value)));
        return choices;
    }

    /** The record with its components from the object; null if the number of problems has grown. */
    private @Nullable Object filled(Class<?> type, ConfigObject object, String path, int problemsBefore) {
        RecordComponent[] components = type.getRecordComponents();
        @Nullable Object[] arguments = new Object[components.length];
        for (int i = 0; i < components.length; i++) {
            arguments[i] = RecordKeys.isInline(components[i])
                    ? inline(components[i], object, path)
                    : component(components[i], object, path);
        }
        return problems.size() > problemsBefore ? null : construct(type, components, arguments, object.origin(), path);
    }

    private @Nullable Object inline(RecordComponent component, ConfigObject object, String path) {
        Class<?> type = component.getType();
        if (type.isSealed()) {
            String key = RecordKeys.snakeCase(component.getName());
            ConfigValue name = object.get(key);
            if (name == null) {
                problem(
                        object.origin(),
                        join(path, key),
                        "is missing; give one of "
                                + String.join(
                                        ", ", RecordKeys.alternatives(type).keySet()));
                return null;
            }
            type = chosen(type, name, join(path, key));
        }
        return type == null ? null : filled(type, object, path, problems.size());
    }

    private @Nullable Object component(RecordComponent component, ConfigObject object, String path) {
        String key = RecordKeys.snakeCase(component.getName());
        ConfigValue value = object.get(key);
        boolean optional = component.getType() == Optional.class;
        if (value == null || (value.valueType() == ConfigValueType.NULL && !optional)) {
            if (optional) {
                return Optional.empty();
            }
            problem(object.origin(), join(path, key), "is missing");
            return null;
        }
        return value(component.getGenericType(), value, join(path, key));
    }

    private @Nullable Object construct(
            Class<?> type,
            RecordComponent[] components,
            @Nullable Object[] arguments,
            ConfigOrigin origin,
            String path) {
        Class<?>[] types =
                Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        return constructed(
                () -> {
                    var constructor = type.getDeclaredConstructor(types);
                    constructor.setAccessible(true);
                    return constructor.newInstance(arguments);
                },
                type,
                origin,
                path);
    }

    private interface Reflection {
        Object run() throws ReflectiveOperationException;
    }

    /**
     * The result of the reflective call. If a constructor refuses its arguments, this adds a problem at this position.
     */
    private @Nullable Object constructed(Reflection reflection, Object of, ConfigOrigin origin, String path) {
        try {
            return reflection.run();
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof PipelineException refused) {
                problem(origin, path, String.valueOf(refused.getMessage()));
                return null;
            }
            throw new IllegalStateException("cannot construct " + of, e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("cannot construct " + of, e);
        }
    }

    private @Nullable Object constant(Class<?> type, ConfigValue value, String path) {
        Map<String, Object> constants = new LinkedHashMap<>();
        for (Object constant : type.getEnumConstants()) {
            constants.put(((Enum<?>) constant).name().toLowerCase(Locale.ROOT), constant);
        }
        Object constant = constants.get(text(value));
        if (constant == null) {
            problem(
                    value.origin(),
                    path,
                    "'" + text(value) + "' is not one of " + String.join(", ", constants.keySet())
                            + suggestion(text(value), constants.keySet()));
        }
        return constant;
    }

    private @Nullable Object scalar(Class<?> type, ConfigValue value, String path) {
        String text = text(value);
        boolean isScalar = switch (value.valueType()) {
            case STRING, NUMBER, BOOLEAN -> true;
            default -> false;
        };
        try {
            if (isScalar && type == String.class) {
                return text;
            } else if (isScalar && (type == int.class || type == Integer.class)) {
                return Integer.valueOf(text);
            } else if (isScalar && (type == long.class || type == Long.class)) {
                return Long.valueOf(text);
            } else if (isScalar && (type == double.class || type == Double.class)) {
                return Double.valueOf(text);
            } else if (type == boolean.class && (text.equals("true") || text.equals("false"))) {
                return Boolean.valueOf(text);
            }
        } catch (NumberFormatException e) {
            return wrongType(value, path, type == double.class || type == Double.class ? "a number" : "a whole number");
        }
        return wrongType(
                value,
                path,
                type == boolean.class
                        ? "true or false"
                        : "a " + type.getSimpleName().toLowerCase(Locale.ROOT));
    }

    private @Nullable Object wrongType(ConfigValue value, String path, String expected) {
        problem(value.origin(), path, "must be " + expected + ", not " + value.render());
        return null;
    }

    private void problem(ConfigOrigin origin, String path, String what) {
        String place = origin.filename() != null && origin.lineNumber() > 0
                ? origin.filename() + ", line " + origin.lineNumber()
                : ownPlace(origin.description());
        problems.add(place + ": " + (path.isEmpty() ? "" : "'" + path + "' ") + what);
    }

    /** Of a value that was merged from several places, the first one that is not the file of defaults. */
    private static String ownPlace(String description) {
        if (!description.startsWith(MERGED)) {
            return description;
        }
        return Arrays.stream(description.substring(MERGED.length()).split(","))
                .filter(place -> !place.contains(DEFAULTS_FILE))
                .findFirst()
                .map(place -> place.replaceFirst(": (\\d+)$", ", line $1"))
                .orElse(description);
    }

    private static String suggestion(String key, Collection<String> known) {
        return Suggestions.nearest(key, known)
                .map(nearest -> "; did you mean '" + nearest + "'?")
                .orElse(
                        known.isEmpty()
                                ? ""
                                : "; known here: " + known.stream().sorted().collect(Collectors.joining(", ")));
    }

    private static String text(@Nullable ConfigValue value) {
        return value == null ? "" : String.valueOf(value.unwrapped());
    }

    private static String join(String path, String key) {
        return path.isEmpty() ? key : path + "." + key;
    }
}
