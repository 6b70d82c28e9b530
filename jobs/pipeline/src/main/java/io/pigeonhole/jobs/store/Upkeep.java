package io.pigeonhole.jobs.store;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.delta.DeltaLog;
import org.apache.spark.sql.delta.catalog.DeltaTableV2$;
import org.apache.spark.sql.delta.commands.VacuumCommand$;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.SystemClock;
import scala.Console$;
import scala.Option;
import scala.collection.immutable.Map$;

/** The files of one table: how many there are, and which of them can go. */
public final class Upkeep {

    private static final StructType INVENTORY =
            StructType.fromDDL("path STRING, length BIGINT, isDir BOOLEAN, modificationTime BIGINT");

    private final SparkSession spark;
    private final Store store;
    private final TableDefinition table;
    private final DeltaLog log;

    public Upkeep(SparkSession spark, Store store, TableDefinition table) {
        this.spark = spark;
        this.store = store;
        this.table = table;
        this.log = store.log(table);
    }

    /**
     * Files of the table's folder, those of its log left out.
     *
     * @param files how many
     * @param bytes their size together
     */
    public record Usage(long files, long bytes) {

        /** Both together. */
        public Usage plus(Usage other) {
            return new Usage(files + other.files, bytes + other.bytes);
        }

        /** What is left without the other. */
        public Usage minus(Usage other) {
            return new Usage(files - other.files, bytes - other.bytes);
        }
    }

    /** All files, those of earlier versions included. */
    public Usage usage() {
        return usage(listed());
    }

    private static Usage usage(Collection<LocatedFileStatus> files) {
        return new Usage(
                files.size(),
                files.stream().mapToLong(LocatedFileStatus::getLen).sum());
    }

    /** Makes a table at a path of what this one was at a version; the two share its files. */
    public void cloneTo(long version, String path) {
        store.delta(table).cloneAtVersion(version, path, true);
    }

    /** Puts small files together, in one commit that changes no row. */
    public void compact() {
        store.commit(() -> store.delta(table).optimize().executeCompaction());
    }

    /**
     * Removes files that neither the present version nor a pinned one needs, and that have not been needed by any version
     * for some time. Who has a version before the present one open for longer than that loses it.
     *
     * @param pinned versions that stay readable; those that are not any more count for nothing
     * @param retention how long ago a file must have left the table
     * @param dryRun whether nothing is removed, and only counted
     * @return what was removed, or would be
     */
    public Usage vacuum(Set<Long> pinned, Duration retention, boolean dryRun) {
        Set<String> needed = new HashSet<>();
        for (long version : pinned) {
            filesOf(version).ifPresent(needed::addAll);
        }
        List<LocatedFileStatus> candidates = listed().stream()
                .filter(file -> !needed.contains(file.getPath().getName()))
                .toList();
        if (candidates.isEmpty()) {
            return new Usage(0, 0);
        }
        Dataset<Row> found = vacuum(candidates, retention, dryRun);
        // only a dry run tells which files
        Set<String> gone = dryRun
                ? found.collectAsList().stream()
                        .map(row -> new Path(row.getString(0)).getName())
                        .collect(Collectors.toSet())
                : namesWithout(candidates, listed());
        return usage(candidates.stream()
                .filter(file -> gone.contains(file.getPath().getName()))
                .toList());
    }

    private static Set<String> namesWithout(List<LocatedFileStatus> files, List<LocatedFileStatus> present) {
        Set<String> names = names(files);
        names.removeAll(names(present));
        return names;
    }

    private static Set<String> names(List<LocatedFileStatus> files) {
        return files.stream().map(file -> file.getPath().getName()).collect(Collectors.toSet());
    }

    /** Delta's own vacuum, which looks at no other files than these. */
    private Dataset<Row> vacuum(List<LocatedFileStatus> candidates, Duration retention, boolean dryRun) {
        List<Row> rows = candidates.stream()
                .map(file ->
                        RowFactory.create(file.getPath().toString(), file.getLen(), false, file.getModificationTime()))
                .toList();
        // it prints what it finds, where commands print their own lines
        return Console$.MODULE$.withOut(
                OutputStream.nullOutputStream(),
                () -> VacuumCommand$.MODULE$.gc(
                        spark,
                        DeltaTableV2$.MODULE$.apply(
                                spark, log.dataPath(), Map$.MODULE$.<String, String>empty(), "VACUUM"),
                        dryRun,
                        Option.apply((Object) (retention.toMinutes() / 60.0)),
                        Option.apply(spark.createDataFrame(rows, INVENTORY)),
                        Option.empty(),
                        Map$.MODULE$.empty(),
                        new SystemClock()));
    }

    /** Whether all rows of a version can still be read. */
    public boolean isComplete(long version) {
        return filesOf(version).filter(names(listed())::containsAll).isPresent();
    }

    /** Names of the files of a version; nothing where the log does not have it any more. */
    private Optional<Set<String>> filesOf(long version) {
        try {
            Set<String> names = new HashSet<>();
            log.getSnapshotAt(version, Option.empty(), Option.empty(), false)
                    .allFiles()
                    .select("path")
                    .collectAsList()
                    .forEach(row -> names.add(new Path(row.getString(0)).getName()));
            return Optional.of(names);
        } catch (RuntimeException e) {
            if (isGone(version)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private boolean isGone(long version) {
        return version > log.unsafeVolatileSnapshot().version()
                || store.delta(table)
                                .history()
                                .agg(functions.min("version"))
                                .first()
                                .getLong(0)
                        > version;
    }

    private List<LocatedFileStatus> listed() {
        List<LocatedFileStatus> files = new ArrayList<>();
        try {
            FileSystem fileSystem =
                    log.dataPath().getFileSystem(spark.sparkContext().hadoopConfiguration());
            for (RemoteIterator<LocatedFileStatus> it = fileSystem.listFiles(log.dataPath(), false); it.hasNext(); ) {
                LocatedFileStatus file = it.next();
                if (!file.getPath().getName().startsWith("_")
                        && !file.getPath().getName().startsWith(".")) {
                    files.add(file);
                }
            }
        } catch (FileNotFoundException e) {
            return List.of();
        } catch (IOException e) {
            throw new UncheckedIOException("the folder " + log.dataPath() + " cannot be listed", e);
        }
        return files;
    }
}
