package io.pigeonhole.jobs.store.delta;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.delta.kernel.Table;
import io.delta.kernel.defaults.engine.DefaultEngine;
import io.delta.kernel.defaults.internal.logstore.LogStoreProvider;
import io.delta.kernel.engine.Engine;
import io.delta.kernel.internal.SnapshotImpl;
import io.delta.kernel.internal.actions.AddFile;
import io.delta.kernel.internal.checkpoints.CheckpointMetaData;
import io.delta.kernel.internal.checkpoints.Checkpointer;
import io.delta.kernel.internal.replay.CreateCheckpointIterator;
import io.delta.kernel.internal.util.FileNames;
import io.pigeonhole.transforms.files.ParquetRows;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.ConcurrentModificationException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Small writes to a Delta table in this process: one commit of a few rows, without a query. The files and the log equal
 * those that Delta itself would write: Parquet files with statistics, checked constraints, atomic commits, and a
 * checkpoint after every tenth commit.
 */
public final class LocalCommit {

    private static final Logger LOG = LoggerFactory.getLogger(LocalCommit.class);

    /** Commits from one checkpoint of the log to the next, as by Delta's default. */
    private static final int CHECKPOINT_INTERVAL = 10;

    /** Most bytes of files whose other rows are written anew, which is faster than a query. */
    private static final long MOST_BYTES = 1L << 20;

    /**
     * The properties of a table that a writer needs.
     *
     * @param schema its columns
     * @param constraints SQL condition of each named constraint
     * @param indexed number of leading columns whose bounds the log keeps
     */
    public record Shape(StructType schema, Map<String, String> constraints, int indexed) {}

    private final Configuration hadoop;
    private final Engine engine;
    private final Shape table;
    private final String folder;
    private final Runnable check;

    /**
     * @param hadoop configuration of the file system
     * @param folder of the table
     * @param check runs right before a commit
     */
    public LocalCommit(Configuration hadoop, Shape table, String folder, Runnable check) {
        this.hadoop = hadoop;
        this.engine = DefaultEngine.create(hadoop);
        this.table = table;
        this.folder = folder;
        this.check = check;
    }

    /**
     * Creates the table, as its first commit.
     *
     * @param comment meaning of one row
     * @param properties of the table, including the constraints
     * @throws ConcurrentModificationException if another process has created it
     */
    public void create(String comment, Map<String, String> properties) {
        ObjectNode metadata = JsonNodeFactory.instance.objectNode();
        metadata.put("id", UUID.randomUUID().toString());
        metadata.put("description", comment);
        ObjectNode format = metadata.putObject("format");
        format.put("provider", "parquet");
        format.putObject("options");
        metadata.put("schemaString", table.schema().json());
        metadata.putArray("partitionColumns");
        ObjectNode configuration = metadata.putObject("configuration");
        properties.forEach(configuration::put);
        metadata.put("createdTime", System.currentTimeMillis());
        ObjectNode protocol = JsonNodeFactory.instance.objectNode();
        protocol.put("minReaderVersion", 1);
        protocol.put("minWriterVersion", 3);
        ObjectNode parameters = JsonNodeFactory.instance.objectNode();
        parameters.put("description", comment);
        commit(-1, "CREATE TABLE", parameters, true, List.of(line("metaData", metadata), line("protocol", protocol)));
    }

    /**
     * Replaces the rows that meet any of the conditions; without conditions, adds rows.
     *
     * @param rows with values in the order of the table's columns
     * @return the committed version; empty if a query must do it, because a large file holds both rows to replace and
     *     others, or the table has features that this class does not write
     * @throws ConcurrentModificationException if another process has committed in the meantime
     */
    public Optional<Long> replace(List<Row> rows, List<? extends RowFilter> replaced) {
        TableVersion version = present();
        Optional<Rewritten> rewritten = rewritten(version, replaced);
        if (rewritten.isEmpty() || !version.isPlain(table.schema())) {
            return Optional.empty();
        }
        new RowConstraints(table.schema(), table.constraints()).check(folder, rows);
        List<Row> stored = new ArrayList<>(rewritten.get().others());
        stored.addAll(rows);
        List<String> actions = new ArrayList<>();
        rewritten.get().files().forEach(file -> actions.add(line("remove", removed(file))));
        if (!stored.isEmpty()) {
            actions.add(line("add", written(stored)));
        }
        ObjectNode parameters = JsonNodeFactory.instance.objectNode();
        parameters.put("mode", replaced.isEmpty() ? "Append" : "Overwrite");
        if (!replaced.isEmpty()) {
            parameters.put("predicate", RowFilter.sql(replaced));
        }
        return Optional.of(commit(version.number(), "WRITE", parameters, replaced.isEmpty(), actions));
    }

    /** Files that hold rows to replace, and their other rows. */
    private record Rewritten(List<AddFile> files, List<Row> others) {}

    /** Empty if the files are too large to write their other rows anew. */
    private Optional<Rewritten> rewritten(TableVersion version, List<? extends RowFilter> replaced) {
        List<AddFile> files = version.files();
        Optional<List<AddFile>> whole = LoggedFiles.holding(replaced, files);
        if (whole.isPresent()) {
            return whole.map(holding -> new Rewritten(holding, List.of()));
        }
        return LoggedFiles.touched(replaced, files)
                .filter(touched -> touched.stream().mapToLong(AddFile::getSize).sum() <= MOST_BYTES)
                .map(touched -> new Rewritten(touched, version.otherRows(table.schema(), replaced)));
    }

    /** A change of a series: the changes are numbered upwards, and each builds on the previous one. */
    public record Change(String series, long number) {}

    /**
     * Replaces the rows that have the key of an arriving row, and adds the other arriving rows. The table is written anew,
     * so it must be small.
     *
     * @param rows with values in the order of the table's columns
     * @param key columns that identify a row
     * @param change the change that this is; if the table has it already, or a later one, nothing is written
     * @return whether it is done; if not, a query must do it
     * @throws ConcurrentModificationException if another process has committed in the meantime
     */
    public boolean merge(List<Row> rows, List<String> key, Optional<Change> change) {
        TableVersion version = present();
        if (!version.isPlain(table.schema())) {
            return false;
        }
        if (change.isPresent()
                && version.transaction(change.get().series()) >= change.get().number()) {
            return true;
        }
        new RowConstraints(table.schema(), table.constraints()).check(folder, rows);
        int[] places = key.stream().mapToInt(table.schema()::fieldIndex).toArray();
        Map<List<Object>, Row> merged = new LinkedHashMap<>();
        version.rows(table.schema(), List.of()).forEach(row -> merged.put(key(row, places), row));
        rows.forEach(row -> merged.put(key(row, places), row));
        List<String> actions = new ArrayList<>();
        change.ifPresent(some -> actions.add(line("txn", transaction(some))));
        version.files().forEach(file -> actions.add(line("remove", removed(file))));
        actions.add(line("add", written(List.copyOf(merged.values()))));
        ObjectNode parameters = JsonNodeFactory.instance.objectNode();
        parameters.put("predicate", "the same " + String.join(", ", key));
        commit(version.number(), "MERGE", parameters, false, actions);
        return true;
    }

    private static List<Object> key(Row row, int[] places) {
        return Arrays.stream(places).mapToObj(row::get).toList();
    }

    private static ObjectNode transaction(Change change) {
        ObjectNode transaction = JsonNodeFactory.instance.objectNode();
        transaction.put("appId", change.series());
        transaction.put("version", change.number());
        transaction.put("lastUpdated", System.currentTimeMillis());
        return transaction;
    }

    private TableVersion present() {
        return TableVersion.latest(hadoop, folder)
                .orElseThrow(() -> new IllegalStateException("there is no table in " + folder));
    }

    private ObjectNode written(List<Row> rows) {
        Path file = new Path(folder, "part-00000-" + UUID.randomUUID() + "-c000.snappy.parquet");
        FileStatus status;
        try {
            ParquetRows.write(rows, table.schema(), file, hadoop);
            status = file.getFileSystem(hadoop).getFileStatus(file);
        } catch (IOException e) {
            throw new UncheckedIOException("table " + folder + " cannot be written", e);
        }
        ObjectNode add = JsonNodeFactory.instance.objectNode();
        add.put("path", file.getName());
        add.putObject("partitionValues");
        add.put("size", status.getLen());
        add.put("modificationTime", status.getModificationTime());
        add.put("dataChange", true);
        add.put("stats", FileStatistics.json(rows, table.schema(), table.indexed()));
        return add;
    }

    private static ObjectNode removed(AddFile file) {
        ObjectNode remove = JsonNodeFactory.instance.objectNode();
        remove.put("path", file.getPath());
        remove.put("deletionTimestamp", System.currentTimeMillis());
        remove.put("dataChange", true);
        remove.put("extendedFileMetadata", true);
        remove.putObject("partitionValues");
        remove.put("size", file.getSize());
        return remove;
    }

    private static String line(String action, ObjectNode content) {
        ObjectNode line = JsonNodeFactory.instance.objectNode();
        line.set(action, content);
        return line.toString();
    }

    /** @return the committed version, which follows {@code read} */
    private long commit(
            long read, String operation, ObjectNode parameters, boolean isBlindAppend, List<String> actions) {
        ObjectNode info = JsonNodeFactory.instance.objectNode();
        info.put("timestamp", System.currentTimeMillis());
        info.put("operation", operation);
        info.set("operationParameters", parameters);
        if (read >= 0) {
            info.put("readVersion", read);
        }
        info.put("isolationLevel", "Serializable");
        info.put("isBlindAppend", isBlindAppend);
        info.putObject("operationMetrics");
        info.put("engineInfo", "Pigeonhole");
        info.put("txnId", UUID.randomUUID().toString());
        List<String> lines = new ArrayList<>(List.of(line("commitInfo", info)));
        lines.addAll(actions);
        long version = read + 1;
        Path log = new Path(folder, "_delta_log");
        Path file = new Path(log, String.format(Locale.ROOT, "%020d.json", version));
        try {
            log.getFileSystem(hadoop).mkdirs(log);
            check.run();
            String scheme = file.getFileSystem(hadoop).getUri().getScheme();
            LogStoreProvider.getLogStore(hadoop, scheme).write(file, lines.iterator(), false, hadoop);
        } catch (FileAlreadyExistsException e) {
            throw (ConcurrentModificationException)
                    new ConcurrentModificationException("version " + version + " of " + folder + " is there")
                            .initCause(e);
        } catch (IOException e) {
            throw new UncheckedIOException("table " + folder + " cannot be written", e);
        }
        if (version % CHECKPOINT_INTERVAL == 0 && version > 0) {
            writeCheckpoint(version);
        }
        checksum(version);
        return version;
    }

    /**
     * Writes the state of the log as one file, like Kernel's {@code Table.checkpoint}, which refuses tables with
     * constraints. The commit is valid without it, so a failure is only logged.
     */
    private void writeCheckpoint(long version) {
        SnapshotImpl snapshot = TableVersion.of(hadoop, folder, version).snapshot();
        try (CreateCheckpointIterator actions = snapshot.getCreateCheckpointIterator(engine)) {
            engine.getParquetHandler()
                    .writeParquetFileAtomically(
                            FileNames.checkpointFileSingular(snapshot.getLogPath(), version)
                                    .toString(),
                            actions);
            new Checkpointer(snapshot.getLogPath())
                    .writeLastCheckpointFile(
                            engine, new CheckpointMetaData(version, actions.getNumberOfAddActions(), Optional.empty()));
        } catch (IOException | RuntimeException e) {
            LOG.warn("no checkpoint of version {} of {} was written; reading its log takes longer", version, folder, e);
        }
    }

    /** Writes the checksum file of the version, which saves readers work; a failure is only logged. */
    private void checksum(long version) {
        try {
            Table.forPath(engine, folder).checksum(engine, version);
        } catch (IOException | RuntimeException e) {
            LOG.warn("no checksum of version {} of {} was written; reading its log takes longer", version, folder, e);
        }
    }
}
