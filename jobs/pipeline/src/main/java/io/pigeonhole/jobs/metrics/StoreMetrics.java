package io.pigeonhole.jobs.metrics;

import io.pigeonhole.jobs.runs.Session;
import io.pigeonhole.jobs.store.TableDefinition;
import java.time.Instant;
import java.util.List;

/** The present figures of a store, all of them gauges; the configuration bounds their number. */
public final class StoreMetrics {

    private StoreMetrics() {}

    /**
     * The figures as OpenMetrics text.
     *
     * @param tables all tables of a store; missing ones are skipped
     */
    public static String text(Session session, List<TableDefinition> tables) {
        Exposition exposition = new Exposition(session.config().name());
        exposition.add(
                "pigeonhole_metrics_timestamp_seconds",
                "When these metrics were read from the store.",
                Instant.now().toEpochMilli() / 1e3);
        new RunMetrics(session).addTo(exposition);
        for (TableDefinition table : tables) {
            session.store().size(table).ifPresent(size -> {
                exposition.add(
                        "pigeonhole_table_bytes",
                        "Bytes of the files that a table is made of now.",
                        (double) size.bytes(),
                        "table",
                        table.name());
                size.rows()
                        .ifPresent(rows -> exposition.add(
                                "pigeonhole_table_rows", "Rows of a table.", rows, "table", table.name()));
                exposition.add(
                        "pigeonhole_table_files",
                        "Files that a table is made of now.",
                        size.files(),
                        "table",
                        table.name());
            });
        }
        new ModelMetrics(session).addTo(exposition);
        return exposition.toString();
    }
}
