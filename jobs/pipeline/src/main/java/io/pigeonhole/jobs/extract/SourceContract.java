package io.pigeonhole.jobs.extract;

import static org.apache.spark.sql.functions.col;

import io.pigeonhole.jobs.configuration.Settings;
import io.pigeonhole.jobs.configuration.SourceConfig;
import io.pigeonhole.jobs.runs.Run;
import io.pigeonhole.jobs.runs.Session;
import io.pigeonhole.jobs.sources.SourceTables;
import io.pigeonhole.jobs.store.RowCondition;
import io.pigeonhole.transforms.PipelineException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The columns of the sources from run to run. New columns are accepted. A mapped column must neither disappear nor
 * change its type; a change of the source's configuration makes a new contract.
 */
final class SourceContract {

    private static final Logger LOG = LoggerFactory.getLogger(SourceContract.class);

    private final List<Row> read = new ArrayList<>();
    private final List<RowCondition> superseded = new ArrayList<>();
    private final Session session;
    private boolean changed;

    SourceContract(Session session) {
        this.session = session;
    }

    /** A column in an earlier run. */
    private record KnownColumn(String type, boolean mapped, String runId) {}

    /**
     * @throws PipelineException (data contract) that names the columns that disappeared or changed their type, with
     *     their earlier type
     */
    void check(SourceConfig.Spark source, StructType columns) {
        ConfigurationHash configuration = ConfigurationHash.of(Settings.of("sources", source), source.toString());
        Set<String> mapped = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        mapped.addAll(source.columns().resolved(List.of(columns.fieldNames())).all());
        Map<String, String> now = new TreeMap<>();
        Arrays.stream(columns.fields()).forEach(field -> now.put(field.name(), type(field)));
        Map<String, KnownColumn> known = known(source.name(), configuration);
        List<String> broken = new ArrayList<>();
        known.forEach((name, column) -> {
            String type = now.get(name);
            if (column.mapped() && !column.type().equals(type)) {
                broken.add("'" + name + "' was " + column.type() + " in run " + column.runId() + " and is "
                        + (type == null ? "not there" : type) + " now");
            }
        });
        if (!broken.isEmpty()) {
            throw ExtractErrors.columnsChanged(source.name(), broken);
        }
        if (!known.isEmpty()) {
            now.forEach((name, type) -> {
                if (!known.containsKey(name)) {
                    LOG.info("source '{}' has a new column {} {}; it is not mapped", source.name(), name, type);
                }
            });
        }
        now.forEach((name, type) ->
                read.add(RowFactory.create(source.name(), name, type, mapped.contains(name), configuration.now())));
        superseded.add(RowCondition.having(Map.of("source", source.name())));
        Map<String, String> before = new TreeMap<>();
        known.forEach((name, column) -> before.put(name, column.type()));
        changed |= !before.equals(now);
    }

    private Map<String, KnownColumn> known(String source, ConfigurationHash configuration) {
        Map<String, KnownColumn> known = new TreeMap<>();
        for (Row row : session.store()
                .readOrEmpty(SourceTables.SOURCE_COLUMNS)
                .filter(col("source").equalTo(source).and(configuration.matches()))
                .select("name", "type", "mapped", "run_id")
                .collectAsList()) {
            known.put(row.getString(0), new KnownColumn(row.getString(1), row.getBoolean(2), row.getString(3)));
        }
        return known;
    }

    private static String type(StructField field) {
        return field.dataType().sql();
    }

    /** Records the checked columns for the next run; writes nothing if they are unchanged. */
    void write(Run run) {
        if (changed) {
            session.store()
                    .replaceRun(
                            SourceTables.SOURCE_COLUMNS,
                            session.spark().createDataFrame(read, SourceTables.SOURCE_COLUMNS.unstamped()),
                            run.id(),
                            superseded);
        }
    }
}
