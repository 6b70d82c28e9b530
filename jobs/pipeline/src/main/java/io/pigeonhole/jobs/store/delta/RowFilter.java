package io.pigeonhole.jobs.store.delta;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Collection;
import java.util.stream.Collectors;
import org.apache.spark.sql.Row;

/** Some rows of a table, found both by a query and by the statistics that Delta's log keeps of each file. */
public interface RowFilter {

    /** As a condition of SQL. */
    String sql();

    /**
     * Whether a file may hold such rows.
     *
     * @param statistics of the file, as in Delta's log; bounds may be missing, and texts cut off
     */
    boolean mayBeIn(JsonNode statistics);

    /** Whether a file holds no other rows. */
    boolean isAllOf(JsonNode statistics);

    /** Whether a row is one of them; it needs a schema. */
    boolean isMetBy(Row row);

    /** Any of several as one condition of SQL. */
    static String sql(Collection<? extends RowFilter> any) {
        return any.stream().map(RowFilter::sql).collect(Collectors.joining(" OR "));
    }
}
