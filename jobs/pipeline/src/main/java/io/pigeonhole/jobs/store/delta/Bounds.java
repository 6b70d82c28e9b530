package io.pigeonhole.jobs.store.delta;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/** The least and the greatest value of a file's columns, from the statistics in the log. */
public final class Bounds {

    private Bounds() {}

    /**
     * Whether the value may be in the column; true if there are no statistics.
     *
     * @param value a text or an integer
     */
    public static boolean include(JsonNode statistics, String column, Object value) {
        JsonNode low = low(statistics, column);
        JsonNode high = high(statistics, column);
        return (low.isMissingNode() || compare(low, value) <= 0) && (high.isMissingNode() || compare(high, value) >= 0);
    }

    /** Whether the column has this value in each row. */
    public static boolean areOnly(JsonNode statistics, String column, Object value) {
        JsonNode low = low(statistics, column);
        return !low.isMissingNode()
                && low.equals(high(statistics, column))
                && compare(low, value) == 0
                && statistics.path("nullCount").path(column).asLong(1) == 0;
    }

    /** The text that the column has in each row; empty if the statistics do not tell. */
    static Optional<String> only(JsonNode statistics, String column) {
        JsonNode low = low(statistics, column);
        return low.isTextual() && areOnly(statistics, column, low.asText())
                ? Optional.of(low.asText())
                : Optional.empty();
    }

    private static JsonNode low(JsonNode statistics, String column) {
        return statistics.path("minValues").path(column);
    }

    private static JsonNode high(JsonNode statistics, String column) {
        return statistics.path("maxValues").path(column);
    }

    /** Compares texts as Delta does, by their UTF-8 bytes. */
    private static int compare(JsonNode bound, Object value) {
        return value instanceof Integer || value instanceof Long
                ? Long.compare(bound.asLong(), ((Number) value).longValue())
                : Arrays.compareUnsigned(
                        bound.asText().getBytes(StandardCharsets.UTF_8),
                        String.valueOf(value).getBytes(StandardCharsets.UTF_8));
    }
}
