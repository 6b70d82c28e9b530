package io.pigeonhole.jobs.replay;

import static org.apache.spark.sql.functions.col;

import io.pigeonhole.jobs.configuration.StoreConfig;
import io.pigeonhole.jobs.examples.ExampleTables;
import io.pigeonhole.jobs.models.ModelTables;
import io.pigeonhole.jobs.runs.RunLog;
import io.pigeonhole.jobs.runs.RunTables;
import io.pigeonhole.jobs.runs.Session;
import io.pigeonhole.jobs.sources.SourceTables;
import io.pigeonhole.jobs.store.Store;
import io.pigeonhole.jobs.store.TableDefinition;
import io.pigeonhole.jobs.store.Upkeep;
import io.pigeonhole.transforms.PipelineException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.FileUtil;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * A store in its state at the start of a run. It contains clones of the tables that share the original files, the
 * upstream runs, and copies of their models. It lies below the original store, on the same file system, until it is
 * closed.
 */
final class Scratch implements AutoCloseable {

    /** Tables that jobs read at their present version. */
    private static final List<TableDefinition> LOOKED_UP =
            List.of(ModelTables.MODELS, ExampleTables.CLASSES, ModelTables.CONFORMAL, ExampleTables.FORGOTTEN);

    private final Path root;
    private final Configuration hadoop;
    private final Store store;

    private Scratch(Session session) {
        this.root = new Path(session.store().base(), "_replay/" + UUID.randomUUID());
        this.hadoop = session.store().hadoop();
        this.store = new Store(session.sparks(), hadoop, new StoreConfig(root.toString(), Optional.empty()));
    }

    /** @throws PipelineException (data contract) if a version that it needs is removed */
    static Scratch before(PastRun run, Session session, List<TableDefinition> all) {
        Scratch scratch = new Scratch(session);
        try {
            scratch.fill(run, session, all);
            return scratch;
        } catch (RuntimeException e) {
            scratch.close();
            throw e;
        }
    }

    Store store() {
        return store;
    }

    private void fill(PastRun run, Session session, List<TableDefinition> all) {
        Store original = session.store();
        for (TableDefinition table : tables(run, all)) {
            if (original.exists(table)) {
                long version = version(run, session, table);
                if (version >= 0) {
                    session.progress().update("replay: " + table.name() + " at version " + version);
                    new Upkeep(session.spark(), original, table).cloneTo(version, root + "/" + table.name());
                }
            }
        }
        Dataset<Row> lineage = original.read(RunTables.RUNS)
                .filter(col("run_id").isin(run.lineage().toArray()));
        store.append(RunTables.RUNS, lineage);
        copyModels(run, session);
    }

    private static Set<TableDefinition> tables(PastRun run, List<TableDefinition> all) {
        Set<String> names = Stream.concat(
                        run.inputs().stream().map(input -> input.name()),
                        run.outputs().stream().map(output -> output.table()))
                .collect(Collectors.toSet());
        Set<TableDefinition> tables = new LinkedHashSet<>(LOOKED_UP);
        all.stream()
                .filter(table -> names.contains(table.name()) && !table.equals(RunTables.RUNS))
                .forEach(tables::add);
        return tables;
    }

    /**
     * The version of a table at the start of the run. For a table that the run wrote, this is the last version without
     * its rows, except for {@code source_positions}, which the replay needs to read the same input again.
     */
    private static long version(PastRun run, Session session, TableDefinition table) {
        Store original = session.store();
        Optional<Long> written = run.outputs().stream()
                .filter(output -> output.table().equals(table.name()))
                .map(output -> output.version())
                .findFirst();
        Optional<Long> read = run.inputs().stream()
                .filter(input -> input.name().equals(table.name()))
                .flatMap(input -> input.version().stream())
                .findFirst();
        long version = written.or(() -> read).orElseGet(() -> original.version(table));
        Upkeep upkeep = new Upkeep(session.spark(), original, table);
        requireComplete(upkeep, run, table, version);
        boolean isRewound = written.isPresent() && !table.equals(SourceTables.SOURCE_POSITIONS);
        while (isRewound && version >= 0 && hasRowsOf(run, original, table, version)) {
            version--;
            if (version >= 0) {
                requireComplete(upkeep, run, table, version);
            }
        }
        return version;
    }

    private static boolean hasRowsOf(PastRun run, Store original, TableDefinition table, long version) {
        return !original.read(table, version)
                .filter(col("run_id").equalTo(run.id()))
                .isEmpty();
    }

    private static void requireComplete(Upkeep upkeep, PastRun run, TableDefinition table, long version) {
        if (!upkeep.isComplete(version)) {
            throw ReplayErrors.versionGone(run, version, table);
        }
    }

    private void copyModels(PastRun run, Session session) {
        for (Row model : session.store()
                .readOrEmpty(ModelTables.MODELS)
                .filter(col("run_id").isin(run.lineage().toArray()))
                .select("artifact")
                .collectAsList()) {
            Path from = new Path(session.store().artifacts(), model.getString(0));
            Path to = new Path(store.artifacts(), model.getString(0));
            try {
                FileSystem source = from.getFileSystem(hadoop);
                FileSystem target = to.getFileSystem(hadoop);
                target.mkdirs(to.getParent());
                FileUtil.copy(source, from, target, to, false, hadoop);
            } catch (IOException e) {
                throw new UncheckedIOException("the model in " + from + " cannot be copied", e);
            }
        }
    }

    /** The session for a job that runs on this scratch store. */
    Session session(Session session) {
        return new Session(
                session.sparks(),
                store,
                session.config(),
                new RunLog(store),
                session.progress().under("replay"));
    }

    @Override
    public void close() {
        try {
            root.getFileSystem(hadoop).delete(root, true);
        } catch (IOException e) {
            throw new UncheckedIOException("the folder " + root + " cannot be removed", e);
        }
    }
}
