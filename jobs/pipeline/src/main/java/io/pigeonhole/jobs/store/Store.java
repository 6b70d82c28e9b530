package io.pigeonhole.jobs.store;

import io.delta.tables.DeltaTable;
import io.delta.tables.DeltaTableBuilder;
import io.pigeonhole.jobs.configuration.StoreConfig;
import io.pigeonhole.jobs.store.delta.LocalCommit;
import io.pigeonhole.jobs.store.delta.LocalRows;
import io.pigeonhole.jobs.store.delta.LogStores;
import io.pigeonhole.jobs.store.delta.Replacement;
import io.pigeonhole.jobs.store.delta.RowFilter;
import io.pigeonhole.jobs.store.delta.TableLog;
import io.pigeonhole.jobs.store.delta.TableMetadata;
import io.pigeonhole.jobs.store.delta.TableSize;
import io.pigeonhole.jobs.store.delta.TableVersion;
import io.pigeonhole.transforms.Columns;
import io.pigeonhole.transforms.PipelineException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.ConcurrentModificationException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.DataFrameWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The Delta tables below one {@code store.root}, a path or a catalog schema.
 *
 * <p>There are three kinds of writes, each one commit that can be retried: {@link #replaceRun} replaces the rows of a
 * run, {@link #append} adds rows that the caller has checked to be new, and {@link #merge} updates rows by key. Tables
 * are readable by any Delta reader: protocol 1, no deletion vectors, no column mapping.
 */
public final class Store {

    private static final Logger LOG = LoggerFactory.getLogger(Store.class);

    private static final String RUN_ID = "run_id";

    /** Attempts at a commit that keeps conflicting. */
    private static final int ATTEMPTS = 10;

    private static final String TRANSACTION_SERIES = "spark.databricks.delta.write.txnAppId";
    private static final String TRANSACTION_NUMBER = "spark.databricks.delta.write.txnVersion";

    private final Supplier<SparkSession> sparks;
    private final Configuration hadoop;
    private final String root;
    /** Whether the root names a catalog schema rather than a path. */
    private final boolean isCatalog;

    private final Optional<String> artifacts;
    private final long waitSeconds;
    private volatile Optional<Lease> lease = Optional.empty();

    /** The store of a running session. */
    public Store(SparkSession spark, StoreConfig config) {
        this(() -> spark, LogStores.of(spark), config);
    }

    /**
     * The store of a session that starts on first use.
     *
     * @param sparks supplies the session; reading small tables does not need it
     * @param hadoop configuration of the file system, with the log stores of {@link LogStores}
     */
    public Store(Supplier<SparkSession> sparks, Configuration hadoop, StoreConfig config) {
        this.sparks = sparks;
        this.hadoop = hadoop;
        this.waitSeconds = config.waitSeconds();
        this.isCatalog = !config.root().contains("/") && !config.root().contains(":");
        this.root = isCatalog ? config.root() : qualified(hadoop, config.root());
        this.artifacts = config.artifacts().map(folder -> qualified(hadoop, folder));
    }

    private SparkSession spark() {
        return sparks.get();
    }

    /** Configuration of the file system of the store. */
    public Configuration hadoop() {
        return hadoop;
    }

    /** Makes a path absolute: Delta accepts no other paths. */
    private static String qualified(Configuration hadoop, String folder) {
        if (folder.contains("`")) {
            throw StoreErrors.backtick(folder);
        }
        Path path = new Path(folder);
        try {
            return path.getFileSystem(hadoop).makeQualified(path).toString();
        } catch (IOException e) {
            throw StoreErrors.folderCannotBeUsed(folder, e);
        }
    }

    private String location(TableDefinition table) {
        return isCatalog ? quoted(root + "." + table.name()) : root + "/" + table.name();
    }

    /** Folder for artifacts that are not tables. */
    public String artifacts() {
        return artifacts.orElseGet(() -> base() + "/artifacts");
    }

    /** Folder of the tables, unless a catalog keeps them elsewhere. */
    public String base() {
        String base = isCatalog
                ? spark().sql("DESCRIBE SCHEMA " + quoted(root))
                        .filter(functions.col("info_name").equalTo("Location"))
                        .first()
                        .getString(1)
                : root;
        return base.replaceAll("/+$", "");
    }

    /**
     * Acquires the lease. From then on each write checks that the lease is still held.
     *
     * @param command command that will write
     * @param say receives the description of the current holder
     * @throws PipelineException (busy) if another process does not release it in time
     */
    public Lease take(String command, String pipeline, Consumer<String> say) {
        createSchema();
        try {
            LeaseFiles files = new LeaseFiles(new Path(base(), "_lease"), hadoop);
            Lease taken = Lease.take(
                    root, files, Holder.ofThisProcess(command, pipeline), Lease.Timing.waiting(waitSeconds), say);
            lease = Optional.of(taken);
            return taken;
        } catch (IOException e) {
            throw new UncheckedIOException("the folder of store " + root + " cannot be used", e);
        }
    }

    /** Shows the run at work to other processes that wait for the store. */
    public void working(String runId) {
        lease.ifPresent(held -> held.working(runId));
    }

    private void createSchema() {
        if (isCatalog) {
            spark().sql("CREATE SCHEMA IF NOT EXISTS " + quoted(root));
        }
    }

    private static String quoted(String name) {
        return Arrays.stream(name.split("\\.")).map(Columns::quoted).collect(Collectors.joining("."));
    }

    public boolean exists(TableDefinition table) {
        return isCatalog
                ? spark().catalog().tableExists(location(table))
                // a crash before the first commit leaves an empty log, which Delta treats as a table
                : version(table) >= 0;
    }

    /** The present version of the table, from its log alone; no query runs. */
    TableLog log(TableDefinition table) {
        return isCatalog ? TableLog.of(spark(), root, table.name()) : TableLog.of(spark(), new Path(location(table)));
    }

    /**
     * Creates the table if it does not exist.
     *
     * @throws PipelineException (data contract) if it exists and lacks columns, or has them in other types
     */
    public void ensure(TableDefinition table) {
        columns(table).ifPresentOrElse(stored -> requireColumns(table, stored), () -> create(table));
    }

    private void create(TableDefinition table) {
        Map<String, String> properties = new TreeMap<>(table.properties());
        properties.putAll(table.rules());
        if (!isCatalog) {
            AbandonedLog.clear(new Path(location(table), "_delta_log"), hadoop, () -> exists(table));
        }
        // a listener, such as OpenLineage's, learns of a table by the query that creates it
        if (isCatalog || spark().sparkContext().getConf().contains("spark.extraListeners")) {
            createByQuery(table, properties);
            return;
        }
        commit(() -> {
            if (!exists(table)) {
                inThisProcess(table).create(table.comment(), properties);
            }
        });
    }

    private void createByQuery(TableDefinition table, Map<String, String> properties) {
        createSchema();
        DeltaTableBuilder empty = DeltaTable.createIfNotExists(spark());
        DeltaTableBuilder builder = (isCatalog ? empty.tableName(location(table)) : empty.location(location(table)))
                .comment(table.comment())
                .addColumns(table.schema())
                .property("delta.minReaderVersion", "1")
                .property("delta.minWriterVersion", "3");
        for (var property : properties.entrySet()) {
            builder = builder.property(property.getKey(), property.getValue());
        }
        DeltaTableBuilder complete = builder;
        commit(complete::execute);
    }

    private LocalCommit inThisProcess(TableDefinition table) {
        return new LocalCommit(
                hadoop,
                new LocalCommit.Shape(table.schema(), table.constraints(), table.indexed()),
                location(table),
                () -> lease.ifPresent(Lease::requireHeld));
    }

    /** The columns of the stored table; empty if there is no table yet. */
    private Optional<StructType> columns(TableDefinition table) {
        if (isCatalog) {
            return exists(table) ? Optional.of(log(table).schema()) : Optional.empty();
        }
        return TableVersion.latest(hadoop, location(table)).map(TableVersion::schema);
    }

    private void requireColumns(TableDefinition table, StructType stored) {
        List<String> missing = widening(table, stored).missing();
        if (!missing.isEmpty()) {
            throw StoreErrors.columnsMissing(location(table), missing);
        }
    }

    /**
     * A stored table's columns, compared with those of its definition.
     *
     * @throws PipelineException (data contract) if a column has a type that cannot become the definition's
     */
    Widening widening(TableDefinition table, StructType stored) {
        Widening widening = new Widening(stored, table.schema());
        if (!widening.conflicting().isEmpty()) {
            throw StoreErrors.columnsConflict(location(table), widening.conflicting());
        }
        return widening;
    }

    /**
     * Updates the tables of an earlier version. The caller must hold the lease. Rows do not change. The update is
     * idempotent, and completes an update that crashed.
     *
     * @param tables every table that the store may have
     * @throws PipelineException (data contract) if a table cannot be updated; then no table has changed
     */
    public void bringUpToDate(List<TableDefinition> tables) {
        new Upgrade(this, marks()).run(tables);
    }

    /**
     * Checks that this version knows the store's format.
     *
     * @throws PipelineException (data contract) if a newer version wrote the store
     */
    public void requireKnownFormat() {
        if (!isCatalog || spark().catalog().databaseExists(root)) {
            marks().requireKnown();
        }
    }

    private FormatMarks marks() {
        return new FormatMarks(root, new Path(base(), "_format"), hadoop);
    }

    /** Columns, comment and properties of the stored table. */
    TableMetadata metadata(TableDefinition table) {
        return isCatalog
                ? TableMetadata.of(spark(), root, table.name())
                : TableMetadata.of(spark(), new Path(location(table)));
    }

    /** Sets columns, properties and the definition's comment on the stored table, in one commit. */
    void describe(TableDefinition table, StructType columns, Map<String, String> properties) {
        commit(() -> metadata(table)
                .replace(columns, table.comment(), properties, () -> lease.ifPresent(Lease::requireHeld)));
    }

    /** Removes the rows with these keys, in one commit; without keys, removes none. */
    public void delete(TableDefinition table, String column, Dataset<Row> keys) {
        commit(() -> delta(table)
                .as("present")
                .merge(keys.as("gone"), functions.col("present." + column).equalTo(functions.col("gone." + column)))
                .whenMatched()
                .delete()
                .execute());
    }

    /** Removes the rows that meet a condition, in one commit. */
    public void delete(TableDefinition table, Column condition) {
        commit(() -> delta(table).delete(condition));
    }

    DeltaTable delta(TableDefinition table) {
        return isCatalog ? DeltaTable.forName(spark(), location(table)) : DeltaTable.forPath(spark(), location(table));
    }

    /** The rows of the present version of a table; columns that an earlier version did not write are null. */
    public Dataset<Row> read(TableDefinition table) {
        return present(table).orElseThrow(() -> StoreErrors.noTable(location(table)));
    }

    /** The rows of a table as of one of its versions; columns that an earlier version did not write are null. */
    public Dataset<Row> read(TableDefinition table, long version) {
        return isCatalog
                ? ofDelta(table, Optional.of(version))
                : query(table, TableVersion.of(hadoop, location(table), version));
    }

    /** The rows of the present version of a table; none if it does not exist yet. */
    public Dataset<Row> readOrEmpty(TableDefinition table) {
        return present(table).orElseGet(() -> spark().createDataFrame(List.of(), table.schema()));
    }

    private Optional<Dataset<Row>> present(TableDefinition table) {
        if (isCatalog) {
            return exists(table) ? Optional.of(ofDelta(table, Optional.empty())) : Optional.empty();
        }
        return TableVersion.latest(hadoop, location(table)).map(version -> query(table, version));
    }

    private Dataset<Row> query(TableDefinition table, TableVersion version) {
        return version.query(spark())
                .map(rows -> widening(table, rows.schema()).of(rows))
                .orElseGet(() -> ofDelta(table, Optional.of(version.number())));
    }

    /** The rows by Delta's own reader. */
    private Dataset<Row> ofDelta(TableDefinition table, Optional<Long> version) {
        DataFrameReader reader = spark().read().format("delta");
        version.ifPresent(number -> reader.option("versionAsOf", number));
        Dataset<Row> rows = isCatalog ? reader.table(location(table)) : reader.load(location(table));
        return widening(table, rows.schema()).of(rows);
    }

    /**
     * The rows of a small table, in its present version, that meet any of the conditions; all rows if there are no
     * conditions, and none if there is no table yet. They are read in this process, without a query, in no particular
     * order.
     */
    public List<Row> rows(TableDefinition table, RowCondition... conditions) {
        return rows(table, List.of(table.schema().fieldNames()), conditions);
    }

    /** The rows of a version of a small table, read in this process. */
    public List<Row> rows(TableDefinition table, long version) {
        return isCatalog
                ? read(table, version).collectAsList()
                : TableVersion.of(hadoop, location(table), version).rows(table.schema(), List.of());
    }

    /**
     * The same with some columns alone: an earlier version may have written the others in other types.
     *
     * @param columns of the rows; those of the conditions must be among them
     */
    public List<Row> rows(TableDefinition table, List<String> columns, RowCondition... conditions) {
        List<RowCondition> any = List.of(conditions);
        if (!isCatalog) {
            StructType asked =
                    new StructType(columns.stream().map(table.schema()::apply).toArray(StructField[]::new));
            return TableVersion.latest(hadoop, location(table))
                    .map(version -> version.rows(asked, any))
                    .orElse(List.of());
        }
        Dataset<Row> rows = readOrEmpty(table);
        return (any.isEmpty() ? rows : rows.filter(RowFilter.sql(any)))
                .select(columns.stream().map(Columns::named).toArray(Column[]::new))
                .collectAsList();
    }

    /**
     * The values that a text column has in the rows that meet a condition, in order; none if there is no table yet. No
     * query runs.
     */
    public List<String> values(TableDefinition table, String column, RowCondition condition) {
        if (isCatalog) {
            return readOrEmpty(table)
                    .filter(condition.sql())
                    .select(Columns.named(column))
                    .distinct()
                    .collectAsList()
                    .stream()
                    .map(row -> row.getString(0))
                    .sorted()
                    .toList();
        }
        StructType asked = new StructType(Stream.concat(Stream.of(column), condition.values().keySet().stream())
                .distinct()
                .map(table.schema()::apply)
                .toArray(StructField[]::new));
        return TableVersion.latest(hadoop, location(table))
                .map(version -> List.copyOf(version.values(column, asked, condition)))
                .orElse(List.of());
    }

    /** Number of the table's newest commit; -1 if there is no table yet. */
    public long version(TableDefinition table) {
        if (isCatalog) {
            return exists(table) ? log(table).version() : -1;
        }
        return TableVersion.latest(hadoop, location(table))
                .map(TableVersion::number)
                .orElse(-1L);
    }

    /** The size of the table, from its log alone; no query runs. Empty if there is no table yet. */
    public Optional<TableSize> size(TableDefinition table) {
        if (isCatalog && !exists(table)) {
            return Optional.empty();
        }
        Path path = isCatalog ? log(table).path() : new Path(location(table));
        return TableVersion.latest(hadoop, path.toString()).map(TableSize::of);
    }

    /** Folder that contains the tables; empty if they are in a catalog. */
    public Optional<Path> folder() {
        return isCatalog ? Optional.empty() : Optional.of(new Path(root));
    }

    /**
     * Replaces the rows that the run wrote before, in one commit.
     *
     * @param rows the table's columns without {@code run_id}
     * @return table, version and number of rows written
     */
    public Output replaceRun(TableDefinition table, Dataset<Row> rows, String runId) {
        return replaceRun(table, rows, runId, List.of());
    }

    /**
     * Replaces the rows that the run wrote before, and superseded rows of other runs, in one commit. Rows that this process
     * holds are written without a query, if the table allows it.
     *
     * @param superseded the rows of other runs to replace: those that meet any of the conditions
     * @return table, version and number of rows written
     */
    public Output replaceRun(TableDefinition table, Dataset<Row> rows, String runId, List<RowCondition> superseded) {
        Optional<List<Row>> held = isCatalog ? Optional.empty() : LocalRows.of(rows, table.unstamped());
        if (held.isPresent()) {
            Optional<Output> output = replaceHere(table, held.get(), runId, superseded);
            if (output.isPresent()) {
                return output.get();
            }
        }
        ensure(table);
        requireRunId(runId);
        Dataset<Row> stamped = conform(table, rows.withColumn(RUN_ID, functions.lit(runId)));
        Replacement replacement = new Replacement(replaced(runId, superseded));
        return committed(() -> {
            // tables of a catalog are written only through the catalog
            Optional<Replacement.Commit> commit = isCatalog
                    ? Optional.empty()
                    : replacement.commit(
                            spark(), new Path(location(table)), stamped, () -> lease.ifPresent(Lease::requireHeld));
            if (commit.isEmpty()) {
                save(table, stamped.write().mode("overwrite").option("replaceWhere", replacement.condition()));
            }
            long version = commit.map(Replacement.Commit::version).orElseGet(() -> version(table));
            long written = commit.flatMap(Replacement.Commit::rows)
                    .orElseGet(() -> read(table, version)
                            .filter(functions.col(RUN_ID).equalTo(runId))
                            .count());
            return new Output(table.name(), version, written);
        });
    }

    /**
     * The same for a few rows, which this process writes without a query if the table allows it.
     *
     * @param rows with values in the order of the table's columns, without {@code run_id}
     * @return table, version and number of rows written
     */
    public Output replaceRun(TableDefinition table, List<Row> rows, String runId, List<RowCondition> superseded) {
        Optional<Output> output = isCatalog ? Optional.empty() : replaceHere(table, rows, runId, superseded);
        return output.orElseGet(() -> replaceRun(
                table, spark().createDataFrame(rows, table.unstamped()).coalesce(1), runId, superseded));
    }

    private Optional<Output> replaceHere(
            TableDefinition table, List<Row> rows, String runId, List<RowCondition> superseded) {
        ensure(table);
        requireRunId(runId);
        List<Row> stamped = rows.stream().map(row -> stamped(table, row, runId)).toList();
        return committed(() -> inThisProcess(table).replace(stamped, replaced(runId, superseded)))
                .map(version -> new Output(table.name(), version, rows.size()));
    }

    /** The rows that a write of a run replaces: its own, and those that it supersedes. */
    private static List<RowFilter> replaced(String runId, List<RowCondition> superseded) {
        List<RowFilter> replaced = new ArrayList<>(superseded);
        replaced.add(RowCondition.ofRun(runId));
        return replaced;
    }

    private static void requireRunId(String runId) {
        if (!runId.matches("[A-Za-z0-9_.-]+")) {
            throw new IllegalArgumentException("run id '" + runId + "' has characters that an id cannot have");
        }
    }

    private static Row stamped(TableDefinition table, Row row, String runId) {
        @Nullable Object[] values = new Object[table.schema().length()];
        int own = 0;
        for (int i = 0; i < values.length; i++) {
            values[i] = table.schema().fields()[i].name().equals(RUN_ID) ? runId : row.get(own++);
        }
        return RowFactory.create(values);
    }

    /** The output of a run that kept rows of a table or changed them individually, at the present version. */
    public Output output(TableDefinition table, long rows) {
        return new Output(table.name(), version(table), rows);
    }

    /** Adds rows, in one commit. The caller must ensure that none of them is in the table yet. */
    public void append(TableDefinition table, Dataset<Row> rows) {
        ensure(table);
        commit(() -> save(table, conform(table, rows).write().mode("append")));
    }

    /** Inserts rows with new keys and replaces rows with existing keys, in one commit. */
    public void merge(TableDefinition table, Dataset<Row> rows) {
        ensure(table);
        if (isEmpty(table)) {
            append(table, rows);
            return;
        }
        Column sameKey = table.key().stream()
                .map(key -> functions.col("present." + key).equalTo(functions.col("arriving." + key)))
                .reduce(Column::and)
                .orElseThrow();
        commit(() -> delta(table)
                .as("present")
                .merge(conform(table, rows).as("arriving"), sameKey)
                .whenMatched()
                .updateAll()
                .whenNotMatched()
                .insertAll()
                .execute());
    }

    /**
     * The same for a few rows of a small table, which this process writes without a query if the table allows it.
     *
     * @param rows with values in the order of the table's columns
     */
    public void merge(TableDefinition table, List<Row> rows) {
        if (isCatalog || !mergeHere(table, rows, Optional.empty())) {
            merge(table, spark().createDataFrame(rows, table.schema()));
        }
    }

    private boolean mergeHere(TableDefinition table, List<Row> rows, Optional<LocalCommit.Change> change) {
        ensure(table);
        return committed(() -> inThisProcess(table).merge(rows, table.key(), change));
    }

    /**
     * The same, as one change of a series. The changes are numbered upwards, and each builds on the previous one. If
     * the table already has this number or a later one, another process was faster, and nothing is written. The caller
     * reads the table to find out whether its change was written.
     */
    public void mergeChange(TableDefinition table, List<Row> rows, String series, long number) {
        if (!isCatalog && mergeHere(table, rows, Optional.of(new LocalCommit.Change(series, number)))) {
            return;
        }
        // a merge accepts these only as session settings: https://github.com/delta-io/delta/issues/3934
        spark().conf().set(TRANSACTION_SERIES, series);
        spark().conf().set(TRANSACTION_NUMBER, String.valueOf(number));
        try {
            merge(table, spark().createDataFrame(rows, table.schema()));
        } finally {
            spark().conf().unset(TRANSACTION_SERIES);
            spark().conf().unset(TRANSACTION_NUMBER);
        }
    }

    /** Whether the table, which must exist, has no rows. */
    public boolean isEmpty(TableDefinition table) {
        return size(table)
                .flatMap(TableSize::rows)
                .map(rows -> rows == 0)
                .orElseGet(() -> read(table).isEmpty());
    }

    /**
     * Writes, and retries if another process has committed to the table in the meantime. Parallel jobs share tables but
     * no rows, so the retry costs only time.
     */
    private <T> T committed(Supplier<T> write) {
        for (int attempt = 1; ; attempt++) {
            lease.ifPresent(Lease::requireHeld);
            try {
                return write.get();
            } catch (ConcurrentModificationException e) {
                if (attempt == ATTEMPTS) {
                    throw e;
                }
                LOG.info("another process wrote to the same table at the same time; writing again");
            }
        }
    }

    void commit(Runnable write) {
        committed(() -> {
            write.run();
            return true;
        });
    }

    private static Dataset<Row> conform(TableDefinition table, Dataset<Row> rows) {
        return rows.select(Arrays.stream(table.schema().fields())
                .map(field -> Columns.named(field.name()).cast(field.dataType()).as(field.name(), field.metadata()))
                .toArray(Column[]::new));
    }

    private void save(TableDefinition table, DataFrameWriter<Row> writer) {
        if (isCatalog) {
            writer.format("delta").saveAsTable(location(table));
        } else {
            writer.format("delta").save(location(table));
        }
    }
}
