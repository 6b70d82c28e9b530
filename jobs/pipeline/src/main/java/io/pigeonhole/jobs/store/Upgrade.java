package io.pigeonhole.jobs.store;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.count_if;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;

import io.pigeonhole.jobs.store.delta.TableMetadata;
import io.pigeonhole.transforms.PipelineException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Updates tables of an earlier version to this version's definitions: new columns, comments, constraints and
 * properties, in one commit for each table, without changing rows. All tables are checked before the first is changed,
 * so a store that must be refused stays unchanged.
 */
final class Upgrade {

    private static final Logger LOG = LoggerFactory.getLogger(Upgrade.class);

    private final Store store;
    private final FormatMarks marks;

    Upgrade(Store store, FormatMarks marks) {
        this.store = store;
        this.marks = marks;
    }

    /** The planned change of one table. */
    private record Change(TableDefinition table, StructType columns, Map<String, String> properties, String text) {}

    /**
     * Updates the existing tables, unless they are up to date.
     *
     * @throws PipelineException (data contract) if a newer version wrote the store, or a table cannot be updated
     */
    void run(List<TableDefinition> tables) {
        marks.requireKnown();
        String definitions = fingerprint(tables);
        if (marks.has(definitions)) {
            return;
        }
        List<Change> changes = tables.stream()
                .filter(store::exists)
                .map(this::change)
                .flatMap(Optional::stream)
                .toList();
        for (Change change : changes) {
            store.describe(change.table(), change.columns(), change.properties());
            LOG.info("table {} is brought up to date: {}", change.table().name(), change.text());
        }
        marks.add(definitions);
    }

    private Optional<Change> change(TableDefinition table) {
        TableMetadata present = store.metadata(table);
        Widening widening = store.widening(table, present.columns());
        Map<String, String> rules = constraints(table, present.properties());
        require(table, rules);
        Map<String, String> properties = present.properties();
        table.properties().forEach(properties::putIfAbsent);
        properties.putAll(table.rules());
        boolean isSame = widening.columns().equals(present.columns())
                && properties.equals(present.properties())
                && table.comment().equals(present.comment());
        return isSame
                ? Optional.empty()
                : Optional.of(new Change(table, widening.columns(), properties, text(widening.missing(), rules)));
    }

    private static String text(List<String> columns, Map<String, String> rules) {
        List<String> parts = new ArrayList<>();
        if (!columns.isEmpty()) {
            parts.add("new columns " + String.join(", ", columns));
        }
        if (!rules.isEmpty()) {
            parts.add("new constraints " + String.join(", ", rules.keySet()));
        }
        return parts.isEmpty() ? "comments and properties" : String.join("; ", parts);
    }

    /** The defined constraints, by name, that the stored table lacks or defines differently. */
    private static Map<String, String> constraints(TableDefinition table, Map<String, String> properties) {
        Map<String, String> missing = new TreeMap<>(table.constraints());
        missing.entrySet()
                .removeIf(rule -> rule.getValue().equals(properties.get(TableDefinition.CONSTRAINT + rule.getKey())));
        return missing;
    }

    /** @throws PipelineException (data contract) if rows of the table do not meet all of these constraints */
    private void require(TableDefinition table, Map<String, String> rules) {
        if (rules.isEmpty()) {
            return;
        }
        Column[] violations = rules.values().stream()
                .map(condition -> count_if(not(coalesce(expr(condition), lit(false)))))
                .toArray(Column[]::new);
        Row counts = store.read(table).select(violations).first();
        int i = 0;
        for (Map.Entry<String, String> rule : rules.entrySet()) {
            long rows = counts.getLong(i++);
            if (rows > 0) {
                throw StoreErrors.constraintNotMet(rows, table, rule);
            }
        }
    }

    /** A hash that identifies these definitions. */
    private static String fingerprint(List<TableDefinition> tables) {
        String text = tables.stream()
                .sorted(Comparator.comparing(TableDefinition::name))
                .map(table -> String.join(
                        "\n",
                        table.name(),
                        table.comment(),
                        table.schema().json(),
                        new TreeMap<>(table.properties()).toString(),
                        new TreeMap<>(table.rules()).toString()))
                .collect(Collectors.joining("\n\n"));
        return UUID.nameUUIDFromBytes(text.getBytes(StandardCharsets.UTF_8)).toString();
    }
}
