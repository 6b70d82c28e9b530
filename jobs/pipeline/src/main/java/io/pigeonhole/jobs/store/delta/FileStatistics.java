package io.pigeonhole.jobs.store.delta;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.sql.Timestamp;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * The statistics of a file in Delta's log: the number of rows and, for each indexed column, the number of nulls, the
 * minimum and the maximum.
 */
final class FileStatistics {

    /** Longer texts get no bounds; Delta truncates them, which only widens their bounds. */
    private static final int LONGEST_TEXT = 128;

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern(
                    "yyyy-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private FileStatistics() {}

    /**
     * @param rows with values in the order of the schema's columns
     * @param indexed number of leading columns that get bounds
     */
    static String json(List<Row> rows, StructType schema, int indexed) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("numRecords", rows.size());
        ObjectNode low = json.putObject("minValues");
        ObjectNode high = json.putObject("maxValues");
        ObjectNode nulls = json.putObject("nullCount");
        for (int c = 0; c < Math.min(indexed, schema.length()); c++) {
            StructField field = schema.fields()[c];
            if (field.dataType() instanceof StructType) {
                continue;
            }
            int column = c;
            List<Object> values = rows.stream()
                    .map(row -> row.get(column))
                    .filter(Objects::nonNull)
                    .toList();
            nulls.put(field.name(), rows.size() - values.size());
            if (!(field.dataType() instanceof ArrayType)) {
                bound(values, false).ifPresent(value -> put(low, field.name(), value));
                bound(values, true).ifPresent(value -> put(high, field.name(), value));
            }
        }
        return json.toString();
    }

    /** The minimum or maximum; empty if there is none or Delta would omit it. */
    private static Optional<Object> bound(List<Object> values, boolean greatest) {
        if (values.isEmpty() || !values.stream().allMatch(FileStatistics::isComparable)) {
            return Optional.empty();
        }
        Comparator<Object> order = FileStatistics::compare;
        return values.stream().max(greatest ? order : order.reversed());
    }

    private static boolean isComparable(Object value) {
        return value instanceof String text
                ? text.length() <= LONGEST_TEXT
                : value instanceof Timestamp || (value instanceof Number number && !Double.isNaN(number.doubleValue()));
    }

    private static int compare(Object one, Object other) {
        if (one instanceof String text) {
            return Arrays.compareUnsigned(
                    text.getBytes(StandardCharsets.UTF_8), ((String) other).getBytes(StandardCharsets.UTF_8));
        } else if (one instanceof Timestamp time) {
            return time.compareTo((Timestamp) other);
        } else if (one instanceof Double number) {
            return number.compareTo((Double) other);
        }
        return Long.compare(((Number) one).longValue(), ((Number) other).longValue());
    }

    private static void put(ObjectNode bounds, String name, Object value) {
        if (value instanceof String text) {
            bounds.put(name, text);
        } else if (value instanceof Timestamp time) {
            bounds.put(name, TIME.format(time.toInstant()));
        } else if (value instanceof Double number) {
            bounds.put(name, number);
        } else {
            bounds.put(name, ((Number) value).longValue());
        }
    }
}
