package io.pigeonhole.jobs.store;

import com.fasterxml.jackson.databind.JsonNode;
import io.pigeonhole.jobs.store.delta.Bounds;
import io.pigeonhole.jobs.store.delta.RowFilter;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.spark.sql.Row;

/**
 * The rows whose value is in a given list, for each of the given columns.
 *
 * @param values the accepted values of each column: texts or integers
 */
public record RowCondition(Map<String, List<?>> values) implements RowFilter {

    public RowCondition {
        values = Map.copyOf(values);
    }

    /** The rows that have this value in each of these columns. */
    public static RowCondition having(Map<String, ?> values) {
        return new RowCondition(values.entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, entry -> List.of(entry.getValue()))));
    }

    /** The rows that a run wrote. */
    public static RowCondition ofRun(String runId) {
        return having(Map.of("run_id", runId));
    }

    /** The rows of a model version and any of these splits. */
    public static RowCondition about(String model, int version, Collection<String> splits) {
        return new RowCondition(Map.of(
                "model",
                List.of(model),
                "version",
                List.of(version),
                "split",
                splits.stream().sorted().toList()));
    }

    /** The rows that also have this value in this column. */
    public RowCondition and(String column, String value) {
        Map<String, List<?>> all = new TreeMap<>(values);
        all.put(column, List.of(value));
        return new RowCondition(all);
    }

    @Override
    public String sql() {
        return new TreeMap<>(values)
                .entrySet().stream()
                        .map(column -> column.getKey()
                                + column.getValue().stream()
                                        .map(RowCondition::literal)
                                        .collect(Collectors.joining(", ", " IN (", ")")))
                        .collect(Collectors.joining(" AND ", "(", ")"));
    }

    private static String literal(Object value) {
        return value instanceof Integer
                ? value.toString()
                : "'" + String.valueOf(value).replace("\\", "\\\\").replace("'", "\\'") + "'";
    }

    @Override
    public boolean mayBeIn(JsonNode statistics) {
        return values.entrySet().stream()
                .allMatch(column -> column.getValue().stream()
                        .anyMatch(value -> Bounds.include(statistics, column.getKey(), value)));
    }

    @Override
    public boolean isAllOf(JsonNode statistics) {
        return values.entrySet().stream()
                .allMatch(column -> column.getValue().stream()
                        .anyMatch(value -> Bounds.areOnly(statistics, column.getKey(), value)));
    }

    @Override
    public boolean isMetBy(Row row) {
        return values.entrySet().stream().allMatch(column -> {
            Object own = row.getAs(column.getKey());
            return own != null && column.getValue().stream().anyMatch(own::equals);
        });
    }
}
