package io.pigeonhole.jobs.metrics;

import io.pigeonhole.jobs.runs.Session;
import io.pigeonhole.jobs.store.TableDefinition;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.RuntimeConfig;

/** The present figures of a store, all of them gauges; the configuration bounds their number. */
public final class StoreMetrics {

    private StoreMetrics() {}

    /**
     * Settings that make queries over small tables faster. They switch code generation off, since compiling takes
     * longer than it saves.
     */
    private static final Map<String, String> SMALL_QUERIES = Map.of(
            "spark.sql.codegen.wholeStage", "false",
            "spark.sql.codegen.factoryMode", "NO_CODEGEN",
            "spark.sql.adaptive.enabled", "false",
            "spark.sql.shuffle.partitions", "1");

    /**
     * The figures as OpenMetrics text.
     *
     * @param tables all tables of a store; missing ones are skipped
     */
    public static String text(Session session, List<TableDefinition> tables) {
        RuntimeConfig conf = session.spark().conf();
        Map<String, String> before = new HashMap<>();
        SMALL_QUERIES.forEach((key, value) -> {
            before.put(key, conf.get(key));
            conf.set(key, value);
        });
        try {
            return collected(session, tables);
        } finally {
            before.forEach(conf::set);
        }
    }

    private static String collected(Session session, List<TableDefinition> tables) {
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
