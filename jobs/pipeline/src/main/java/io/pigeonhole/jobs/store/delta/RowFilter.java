package io.pigeonhole.jobs.store.delta;

import com.fasterxml.jackson.databind.JsonNode;

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
}
