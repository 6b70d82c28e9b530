package io.pigeonhole.jobs.sources;

import io.pigeonhole.jobs.configuration.Reading;
import io.pigeonhole.jobs.runs.Hashes;
import io.pigeonhole.jobs.runs.Input;
import io.pigeonhole.jobs.store.delta.QueryInputs;
import io.pigeonhole.jobs.store.delta.QueryInputs.DeltaTableVersion;
import io.pigeonhole.jobs.store.delta.QueryInputs.VersionedTable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * The files and tables at the leaves of a query and its subqueries, with the state of each.
 *
 * <p>The state of a file is its length and time of modification; that of a Delta or other versioned table is its
 * version. Other inputs, such as a table behind JDBC, never have the same fingerprint twice, so a run over them never
 * counts as done.
 */
final class Inventory {

    /** Prefix of a fingerprint that never repeats. */
    static final String CANNOT_TELL = "cannot tell; always read again: ";

    /** The files, by their state as text. */
    private final SortedMap<String, Position.File> files = new TreeMap<>();

    private final Map<String, Input> tables = new TreeMap<>();
    private final Configuration hadoop;
    private long bytes;
    private boolean cannotTell;

    private Inventory(Configuration hadoop) {
        this.hadoop = hadoop;
    }

    /** The inventory of an analysed query, which need not run. */
    static Inventory of(Dataset<Row> rows) {
        QueryInputs inputs = QueryInputs.of(rows);
        Inventory inventory = new Inventory(rows.sparkSession().sparkContext().hadoopConfiguration());
        inputs.files().forEach(inventory::add);
        inputs.paths().forEach(path -> inventory.add(inventory.status(path)));
        inputs.deltaTables().forEach(inventory::add);
        inputs.otherTables().forEach(inventory::add);
        inventory.cannotTell = !inputs.isComplete();
        return inventory;
    }

    /** The inventory of a reading, without a Spark session where this process can list its files. */
    static Inventory of(Access access, String owner, Reading reading) {
        Optional<List<FileStatus>> listed = FileListing.of(access.hadoop(), reading);
        if (listed.isEmpty()) {
            return of(Relation.openForInputs(access.spark(), owner, reading).files());
        }
        Inventory inventory = new Inventory(access.hadoop());
        listed.get().forEach(inventory::add);
        return inventory;
    }

    /** The inventory of files. */
    static Inventory ofFiles(Configuration hadoop, List<String> paths) {
        Inventory inventory = new Inventory(hadoop);
        paths.forEach(path -> inventory.add(inventory.status(new Path(path))));
        return inventory;
    }

    /** The inputs, under the name of the source: one for all files, and one for each versioned table. */
    List<Input> inputs(String name) {
        List<Input> inputs = new ArrayList<>();
        if (!files.isEmpty()) {
            String state =
                    files.size() + " files, " + bytes + " bytes, " + Hashes.sha256(String.join("\n", files.keySet()));
            inputs.add(new Input(name, Optional.empty(), state));
        }
        tables.forEach((table, input) ->
                inputs.add(new Input(name + " (" + input.name() + ")", input.version(), input.fingerprint())));
        if (cannotTell) {
            inputs.add(new Input(name, Optional.empty(), CANNOT_TELL + UUID.randomUUID()));
        }
        if (inputs.isEmpty()) {
            inputs.add(new Input(name, Optional.empty(), "nothing outside the query"));
        }
        return inputs;
    }

    Optional<Path> firstFile() {
        return files.values().stream().findFirst().map(file -> new Path(file.path()));
    }

    List<Position.File> files() {
        return List.copyOf(files.values());
    }

    Map<String, Double> figures() {
        return files.isEmpty() ? Map.of() : Map.of("files", (double) files.size(), "bytes", (double) bytes);
    }

    /** Version of the Delta table, if there is exactly one. */
    Optional<Long> deltaVersion() {
        return tables.size() == 1 ? tables.values().iterator().next().version() : Optional.empty();
    }

    private void add(DeltaTableVersion table) {
        String state = "delta table " + table.tableId() + " at version " + table.version();
        tables.put(table.path() + "@" + table.version(), new Input(table.path(), Optional.of(table.version()), state));
    }

    private void add(VersionedTable table) {
        String state = "table " + table.name() + " at version " + table.version();
        tables.put(state, new Input(table.name(), Optional.empty(), state));
    }

    private void add(FileStatus file) {
        Position.File state = new Position.File(file.getPath().toString(), file.getLen(), file.getModificationTime());
        if (files.put(state.path() + "\t" + state.length() + "\t" + state.modified(), state) == null) {
            bytes += state.length();
        }
    }

    private FileStatus status(Path path) {
        try {
            return path.getFileSystem(hadoop).getFileStatus(path);
        } catch (IOException e) {
            throw SourcesErrors.fileCannotBeListed(path, e);
        }
    }
}
