package io.pigeonhole.jobs.store;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
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
import org.apache.spark.sql.delta.actions.Action;
import org.apache.spark.sql.delta.actions.AddFile;
import org.apache.spark.sql.delta.actions.FileAction;
import org.apache.spark.sql.delta.actions.RemoveFile;
import org.apache.spark.sql.delta.catalog.DeltaTableV2$;
import org.apache.spark.sql.delta.commands.VacuumCommand$;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.SystemClock;
import scala.Console$;
import scala.Option;
import scala.collection.immutable.Map$;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;

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
        if (!Replacement.cloned(spark, log, version, new Path(path))) {
            store.delta(table).cloneAtVersion(version, path, true);
        }
    }

    /** Puts small files together, in one commit that changes no row. */
    public void compact() {
        // where there are none, Delta still runs its queries to find that out
        if (store.size(table).filter(size -> size.files() > 1).isPresent()) {
            store.commit(() -> store.delta(table).optimize().executeCompaction());
        }
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
        Set<Long> kept = new HashSet<>(pinned);
        kept.add(store.version(table));
        Set<String> needed = filesOf(readable(kept));
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
        NavigableSet<Long> readable = readable(Set.of(version));
        return !readable.isEmpty() && names(listed()).containsAll(filesOf(readable));
    }

    /** Those versions that the log still has. */
    private NavigableSet<Long> readable(Set<Long> versions) {
        return new TreeSet<>(versions)
                .subSet(log.history().getEarliestRecreatableCommit(), true, store.version(table), true);
    }

    /** Names of the files of any of these versions: those of the first one, and what later commits added, read once. */
    private Set<String> filesOf(NavigableSet<Long> versions) {
        Set<String> names = new HashSet<>();
        if (versions.isEmpty()) {
            return names;
        }
        Replacement.listed(spark, log, versions.first()).forEach(file -> names.add(name(file.getPath())));
        Map<String, Long> addedAt = new HashMap<>();
        CollectionConverters.asJava(log.getChanges(versions.first() + 1, versions.last(), Option.empty(), false))
                .forEachRemaining(commit -> {
                    long version = (long) commit._1;
                    for (String path : paths(commit._2, RemoveFile.class)) {
                        Long added = addedAt.remove(path);
                        if (added != null && !versions.subSet(added, version).isEmpty()) {
                            names.add(path);
                        }
                    }
                    paths(commit._2, AddFile.class).forEach(path -> addedAt.putIfAbsent(path, version));
                });
        names.addAll(addedAt.keySet());
        return names;
    }

    private static List<String> paths(Seq<Action> commit, Class<? extends FileAction> kind) {
        return CollectionConverters.asJava(commit).stream()
                .filter(kind::isInstance)
                .map(action -> name(kind.cast(action).path()))
                .toList();
    }

    private static String name(String path) {
        return new Path(path).getName();
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
