package io.pigeonhole.jobs.configuration;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Writes records as the keys whose values differ from the defaults. It walks through records as {@link RecordBinder}
 * does, and compares each value with its default.
 */
final class SettingsWriter {

    private static final ConfigObject NOTHING = ConfigFactory.empty().root();

    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_./:@-]+");

    /** Digits that distinguish any two doubles. */
    private static final int MOST_DIGITS = 17;

    /** Key of options that go to other systems, and so may contain a secret. */
    private static final String OPTIONS = "options";

    private static final String QUERY = "query";

    private final ConfigObject reference;
    private final Defaults defaults;
    private final SortedMap<String, String> values = new TreeMap<>();

    /** @param reference all defaults */
    SettingsWriter(Config reference) {
        this.reference = reference.root();
        this.defaults = Defaults.in(reference);
    }

    /** The keys of a record that is a list element. */
    SortedMap<String, String> element(String path, Record value) {
        presentRecord(value, path, path);
        return values;
    }

    /** The keys of the elements of a list of records. */
    SortedMap<String, String> list(String path, List<?> records) {
        records(records, path, path);
        return values;
    }

    /** The keys of a whole configuration, or those below one of its keys. */
    SortedMap<String, String> whole(Record config, Optional<String> key) {
        for (RecordComponent component : config.getClass().getRecordComponents()) {
            if (key.isEmpty() || RecordKeys.snakeCase(component.getName()).equals(key.get())) {
                component(component, config, "", "", reference);
            }
        }
        return values;
    }

    /** Whether a path leads to a component; paths below lists, maps and alternatives do not. */
    static boolean isKey(Class<?> type, String path) {
        String[] parts = path.split("\\.", 2);
        for (RecordComponent component : type.getRecordComponents()) {
            if (RecordKeys.snakeCase(component.getName()).equals(parts[0])) {
                return parts.length == 1 || (component.getType().isRecord() && isKey(component.getType(), parts[1]));
            }
        }
        return false;
    }

    /**
     * @param at key path with positions in lists
     * @param path the same without positions
     * @param own defaults of the record
     */
    private void record(Record value, String at, String path, ConfigObject own) {
        for (RecordComponent component : value.getClass().getRecordComponents()) {
            component(component, value, at, path, own);
        }
    }

    private void component(RecordComponent component, Record of, String at, String path, ConfigObject own) {
        String key = RecordKeys.snakeCase(component.getName());
        Object value = value(component, of);
        if (isUsual(component, value, path, own.get(key))) {
            return;
        }
        if (!RecordKeys.isInline(component)) {
            value(component.getGenericType(), value, join(at, key), join(path, key), own.get(key));
            return;
        }
        if (component.getType().isSealed()) {
            values.put(join(at, key), RecordKeys.snakeCase(value.getClass().getSimpleName()));
        }
        record((Record) value, at, path, own);
    }

    /** Whether an optional value is the one that its absence stands for. */
    private boolean isUsual(RecordComponent component, Object value, String path, @Nullable ConfigValue ownDefault) {
        return component.isAnnotationPresent(UsualUnless.class)
                && ownDefault != null
                && RecordBinder.bound(component.getGenericType(), ownDefault, path, defaults)
                        .filter(value::equals)
                        .isPresent();
    }

    private static Object value(RecordComponent component, Record of) {
        try {
            component.getAccessor().setAccessible(true);
            return component.getAccessor().invoke(of);
        } catch (InvocationTargetException | IllegalAccessException e) {
            throw new IllegalStateException("cannot read " + component, e);
        }
    }

    private void value(Type type, Object value, String at, String path, @Nullable ConfigValue ownDefault) {
        if (value instanceof Optional<?> optional) {
            Type inner = ((ParameterizedType) type).getActualTypeArguments()[0];
            optional.ifPresent(present -> present(inner, present, at, path));
        } else if (isEqual(type, value, ownDefault, path)) {
            // equal to the default: no key
        } else if (value instanceof Map<?, ?> map) {
            entries(((ParameterizedType) type).getActualTypeArguments()[1], map, at, path);
        } else if (value instanceof List<?> list) {
            elements(list, at, path);
        } else if (value instanceof Record record && RecordBinder.isObject(record.getClass())) {
            ConfigObject own = ownDefault instanceof ConfigObject object ? object : NOTHING;
            if (((Class<?>) type).isSealed()) {
                alternative(record, at, path, own);
            } else {
                record(record, at, path, own);
            }
        } else {
            values.put(at, scalar(value, path));
        }
    }

    private boolean isEqual(Type type, Object value, @Nullable ConfigValue ownDefault, String path) {
        return ownDefault != null
                && RecordBinder.bound(type, ownDefault, path, defaults)
                        .filter(value::equals)
                        .isPresent();
    }

    /** Writes a value without a default. It is written even if all its keys have their defaults. */
    private void present(Type type, Object value, String at, String path) {
        if (value instanceof Record record && RecordBinder.isObject(record.getClass())) {
            presentRecord(record, at, path);
        } else {
            value(type, value, at, path, null);
        }
    }

    private void presentRecord(Record value, String at, String path) {
        int before = values.size();
        if (Arrays.stream(value.getClass().getInterfaces()).anyMatch(Class::isSealed)) {
            alternative(value, at, path, NOTHING);
        } else {
            record(value, at, path, defaults.complete(NOTHING, path));
        }
        if (values.size() == before) {
            values.put(at, "{}");
        }
    }

    private void alternative(Record value, String at, String path, ConfigObject own) {
        String kind = RecordKeys.snakeCase(value.getClass().getSimpleName());
        ConfigValue usual = own.get(RecordBinder.KIND);
        boolean isUsual = usual != null && kind.equals(usual.unwrapped());
        if (!isUsual) {
            values.put(join(at, RecordBinder.KIND), kind);
        }
        record(value, at, path, defaults.complete(isUsual ? own : NOTHING, path, kind));
    }

    private void entries(Type type, Map<?, ?> map, String at, String path) {
        if (map.isEmpty()) {
            values.put(at, "{}");
        }
        boolean hasSecrets = path.endsWith(OPTIONS);
        map.forEach((key, value) -> {
            String name = String.valueOf(key);
            String entry = at + "." + quoted(name);
            if (hasSecrets && Secrets.isSecret(name)) {
                values.put(entry, Secrets.HIDDEN);
            } else {
                present(type, value, entry, path);
            }
        });
    }

    private void elements(List<?> list, String at, String path) {
        boolean areRecords = list.stream()
                .anyMatch(element -> element instanceof Record record && RecordBinder.isObject(record.getClass()));
        if (!areRecords) {
            values.put(
                    at,
                    list.stream().map(element -> scalar(element, path)).collect(Collectors.joining(", ", "[", "]")));
            return;
        }
        records(list, at, path);
    }

    private void records(List<?> list, String at, String path) {
        for (int i = 0; i < list.size(); i++) {
            presentRecord((Record) list.get(i), at + "[" + i + "]", path);
        }
    }

    private static String scalar(Object value, String path) {
        if (value instanceof OneOrMore<?> several) {
            List<String> texts =
                    several.values().stream().map(each -> scalar(each, path)).toList();
            return texts.size() == 1 ? texts.get(0) : texts.toString();
        }
        if (value instanceof Double number) {
            return number(number);
        }
        if (value instanceof Enum<?> constant) {
            return constant.name().toLowerCase(Locale.ROOT);
        }
        String text = String.valueOf(value);
        boolean mayHoldSecrets = path.endsWith("." + OPTIONS) || path.endsWith("." + QUERY);
        return quoted(mayHoldSecrets ? Secrets.redact(text) : text);
    }

    /**
     * The number in as few digits as distinguish it from all others. The JDK's own text is not used: it has changed
     * between versions.
     */
    private static String number(double number) {
        if (!Double.isFinite(number) || number == 0) {
            return Double.isFinite(number) ? "0" : String.valueOf(number);
        }
        BigDecimal exact = new BigDecimal(number);
        BigDecimal shortest = exact;
        for (int digits = 1; digits <= MOST_DIGITS; digits++) {
            shortest = exact.round(new MathContext(digits));
            if (shortest.doubleValue() == number) {
                break;
            }
        }
        BigDecimal stripped = shortest.stripTrailingZeros();
        return stripped.scale() < 0 && stripped.precision() - stripped.scale() <= MOST_DIGITS
                ? stripped.toPlainString()
                : stripped.toString();
    }

    /** The text as in a file, in one line. */
    static String quoted(String text) {
        return PLAIN.matcher(text).matches() ? text : ConfigUtil.quoteString(text);
    }

    private static String join(String path, String key) {
        return path.isEmpty() ? key : path + "." + key;
    }
}
