package io.pigeonhole.jobs.configuration;

import io.pigeonhole.transforms.ColumnNames;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.spark.SparkThrowable;
import org.apache.spark.sql.types.AtomicType;
import org.apache.spark.sql.types.DataType;

/**
 * The mapping from columns of a source to columns of {@code examples}.
 *
 * @param id identifies the example; when absent, a hash of the content does
 * @param label the class, as one column
 * @param path the class as a path of levels in one column, such as {@code animals/birds/finch}
 * @param pathSeparator separates the levels of {@code path}
 * @param levels the class as several columns, from the top level to the leaf
 * @param eventTime time of the event that the row describes
 * @param labelTime time at which the label became known
 * @param fields further columns to keep (features, group, given split), by name in {@code examples}, each with its name
 *     in the source
 * @param types Spark SQL types of fields, such as {@code DOUBLE}; a value that is not of its type is a parse error of
 *     the row
 */
public record ColumnMapping(
        Optional<String> id,
        Optional<String> label,
        Optional<String> path,
        String pathSeparator,
        List<String> levels,
        Optional<String> eventTime,
        Optional<String> labelTime,
        Map<String, String> fields,
        Map<String, String> types) {

    private static final Set<String> RESERVED =
            Set.of("source", "raw", "example_id", "label", "path", "event_time", "label_time", "parse_error", "run_id");

    public ColumnMapping {
        fields = Collections.unmodifiableMap(withoutRanges(fields));
        types = Collections.unmodifiableMap(typesWithoutRanges(types));
        levels = List.copyOf(levels);
        int labels = (label.isPresent() ? 1 : 0) + (path.isPresent() ? 1 : 0) + (levels.isEmpty() ? 0 : 1);
        if (labels > 1) {
            throw ConfigurationErrors.severalLabels();
        }
        if (fields.isEmpty()) {
            throw ConfigurationErrors.noFields();
        }
        if (path.isPresent() && pathSeparator.isEmpty()) {
            throw ConfigurationErrors.emptyPathSeparator();
        }
        checkNames(fields.keySet());
        for (Map.Entry<String, String> type : types.entrySet()) {
            checkType(fields.keySet(), type.getKey(), type.getValue());
        }
    }

    /** The fields, where the range f1..f128 = x1..x128 is a field for each number. */
    private static Map<String, String> withoutRanges(Map<String, String> fields) {
        Map<String, String> each = new TreeMap<>();
        fields.forEach((field, column) -> {
            List<String> names = ColumnNames.ofRange(field);
            List<String> columns = ColumnNames.ofRange(column);
            if (names.size() != columns.size()
                    || ((ColumnNames.isPattern(field) || ColumnNames.isPattern(column)) && !field.equals(column))) {
                throw ConfigurationErrors.rangesDiffer(field, column);
            }
            for (int i = 0; i < names.size(); i++) {
                each.put(names.get(i), columns.get(i));
            }
        });
        return each;
    }

    private static Map<String, String> typesWithoutRanges(Map<String, String> types) {
        Map<String, String> each = new TreeMap<>();
        types.forEach((field, type) -> ColumnNames.ofRange(field).forEach(name -> each.put(name, type)));
        return each;
    }

    /**
     * The same mapping where each pattern, such as {@code sensor_*}, is the columns that it is for; those that are mapped
     * otherwise are left out. A field whose own type is given keeps it, whatever patterns say.
     *
     * @param columns of the source
     */
    public ColumnMapping resolved(List<String> columns) {
        Set<String> others = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        Stream.of(id, label, path, eventTime, labelTime)
                .flatMap(Optional::stream)
                .forEach(others::add);
        others.addAll(levels);
        others.addAll(fields.values());
        Map<String, String> all = new TreeMap<>();
        fields.forEach((field, column) -> {
            if (ColumnNames.isPattern(field)) {
                ColumnNames.ofPattern(field, columns).stream()
                        .filter(name -> !others.contains(name) && !isReserved(name))
                        .forEach(name -> all.putIfAbsent(name, name));
            } else {
                all.put(field, column);
            }
        });
        Map<String, String> typed = new TreeMap<>();
        types.forEach((field, type) -> {
            if (ColumnNames.isPattern(field)) {
                ColumnNames.ofPattern(field, all.keySet()).forEach(name -> typed.putIfAbsent(name, type));
            }
        });
        types.forEach((field, type) -> {
            if (!ColumnNames.isPattern(field)) {
                typed.put(field, type);
            }
        });
        return new ColumnMapping(id, label, path, pathSeparator, levels, eventTime, labelTime, all, typed);
    }

    /**
     * The same mapping without columns that are not there: those of the label and its path, of times, and of fields that
     * are not needed.
     *
     * @param missing whether the source lacks a column
     * @param needed fields that stay, so that their absence is an error
     */
    public ColumnMapping without(Predicate<String> missing, List<String> needed) {
        Map<String, String> kept = new TreeMap<>(fields);
        kept.entrySet().removeIf(field -> missing.test(field.getValue()) && !needed.contains(field.getKey()));
        Map<String, String> typed = new TreeMap<>(types);
        typed.keySet().retainAll(kept.keySet());
        return new ColumnMapping(
                id,
                label.filter(missing.negate()),
                path.filter(missing.negate()),
                pathSeparator,
                levels.stream().anyMatch(missing) ? List.of() : levels,
                eventTime.filter(missing.negate()),
                labelTime.filter(missing.negate()),
                kept,
                typed);
    }

    /** Whether a name is that of a column of {@code examples} which no field may have. */
    public static boolean isReserved(String field) {
        return RESERVED.contains(field.toLowerCase(Locale.ROOT));
    }

    private static void checkNames(Set<String> fields) {
        Set<String> seen = new TreeSet<>();
        for (String field : fields) {
            String name = field.toLowerCase(Locale.ROOT);
            if (RESERVED.contains(name)) {
                throw ConfigurationErrors.reservedField(field);
            }
            if (!seen.add(name)) {
                throw ConfigurationErrors.sameField(name);
            }
        }
    }

    private static void checkType(Set<String> fields, String field, String type) {
        boolean isThere = fields.stream().anyMatch(name -> ColumnNames.isPattern(name) || name.equals(field))
                || ColumnNames.isPattern(field);
        if (!isThere) {
            throw ConfigurationErrors.typeOfUnknownField(field, fields);
        }
        try {
            DataType parsed = DataType.fromDDL(type);
            if (parsed instanceof AtomicType) {
                return;
            }
        } catch (Exception e) {
            if (!(e instanceof SparkThrowable)) {
                throw e;
            }
        }
        throw ConfigurationErrors.notASingleValue(field, type);
    }

    /** Names of all mapped columns of the source. */
    public List<String> all() {
        List<String> columns = new ArrayList<>();
        Stream.of(id, label, path, eventTime, labelTime)
                .flatMap(Optional::stream)
                .forEach(columns::add);
        columns.addAll(levels);
        columns.addAll(fields.values());
        return columns;
    }
}
