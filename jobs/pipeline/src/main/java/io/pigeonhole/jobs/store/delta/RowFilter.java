package io.pigeonhole.jobs.store.delta;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Collection;
import java.util.stream.Collectors;
import org.apache.spark.sql.Row;

/** A condition on rows of a table, evaluated by a query or against the statistics of a file in Delta's log. */
public interface RowFilter {

    /** The filter as an SQL condition. */
    String sql();

    /**
     * Whether a file may hold such rows.
     *
     * @param statistics of the file, as in Delta's log; bounds may be missing, and texts truncated
     */
    boolean mayBeIn(JsonNode statistics);

    /** Whether all rows of a file meet the filter. */
    boolean isAllOf(JsonNode statistics);

    /** Whether a row meets the filter; the row needs a schema. */
    boolean isMetBy(Row row);

    /** The disjunction of several filters, as one SQL condition. */
    static String sql(Collection<? extends RowFilter> any) {
        return any.stream().map(RowFilter::sql).collect(Collectors.joining(" OR "));
    }
}
