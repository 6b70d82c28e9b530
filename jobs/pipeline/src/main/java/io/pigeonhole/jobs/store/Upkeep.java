package io.pigeonhole.jobs.store;

import io.pigeonhole.jobs.store.delta.TableLog;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
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
import org.apache.spark.sql.SparkSession;

/** The files of one table: counts them, compacts them and removes those no longer needed. */
public final class Upkeep {

    private final SparkSession spark;
    private final Store store;
    private final TableDefinition table;
    private final TableLog log;

    public Upkeep(SparkSession spark, Store store, TableDefinition table) {
        this.spark = spark;
        this.store = store;
        this.table = table;
        this.log = store.log(table);
    }

    /**
     * Files of the table's folder, without those of its log.
     *
     * @param files number of files
     * @param bytes their total size
     */
    public record Usage(long files, long bytes) {

        /** The sum of both. */
        public Usage plus(Usage other) {
            return new Usage(files + other.files, bytes + other.bytes);
        }

        /** The difference. */
        public Usage minus(Usage other) {
            return new Usage(files - other.files, bytes - other.bytes);
        }
    }

    /** All files, including those of earlier versions. */
    public Usage usage() {
        return usage(listed());
    }

    private static Usage usage(Collection<LocatedFileStatus> files) {
        return new Usage(
                files.size(),
                files.stream().mapToLong(LocatedFileStatus::getLen).sum());
    }

    /** Creates a table at a path from a version of this one. Both tables share its files. */
    public void cloneTo(long version, String path) {
        if (!log.cloneTo(version, new Path(path))) {
            store.delta(table).cloneAtVersion(version, path, true);
        }
    }

    /** Compacts small files, in one commit that changes no row. */
    public void compact() {
        // without this check, Delta runs queries even if there is nothing to compact
        if (store.size(table).filter(size -> size.files() > 1).isPresent()) {
            store.commit(() -> store.delta(table).optimize().executeCompaction());
        }
    }

    /**
     * Removes files that neither the present version nor a pinned version needs, and that left the table longer ago
     * than the retention. A reader of an earlier, unpinned version can then fail.
     *
     * @param pinned versions that stay readable; versions that are no longer readable are ignored
     * @param retention minimum time since a file left the table
     * @param dryRun whether to count only and remove nothing
     * @return the files removed or, in a dry run, to be removed
     */
    public Usage vacuum(Set<Long> pinned, Duration retention, boolean dryRun) {
        Set<Long> kept = new HashSet<>(pinned);
        kept.add(store.version(table));
        Set<String> needed = log.filesOf(readable(kept));
        List<LocatedFileStatus> candidates = listed().stream()
                .filter(file -> !needed.contains(file.getPath().getName()))
                .toList();
        if (candidates.isEmpty()) {
            return new Usage(0, 0);
        }
        Dataset<Row> found = log.vacuum(candidates, retention, dryRun);
        // only a dry run lists the files
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

    /** Whether all rows of a version can still be read. */
    public boolean isComplete(long version) {
        NavigableSet<Long> readable = readable(Set.of(version));
        return !readable.isEmpty() && names(listed()).containsAll(log.filesOf(readable));
    }

    /** The versions that the log still has. */
    private NavigableSet<Long> readable(Set<Long> versions) {
        return new TreeSet<>(versions).subSet(log.earliest(), true, store.version(table), true);
    }

    private List<LocatedFileStatus> listed() {
        List<LocatedFileStatus> files = new ArrayList<>();
        try {
            FileSystem fileSystem =
                    log.path().getFileSystem(spark.sparkContext().hadoopConfiguration());
            for (RemoteIterator<LocatedFileStatus> it = fileSystem.listFiles(log.path(), false); it.hasNext(); ) {
                LocatedFileStatus file = it.next();
                if (!file.getPath().getName().startsWith("_")
                        && !file.getPath().getName().startsWith(".")) {
                    files.add(file);
                }
            }
        } catch (FileNotFoundException e) {
            return List.of();
        } catch (IOException e) {
            throw new UncheckedIOException("the folder " + log.path() + " cannot be listed", e);
        }
        return files;
    }
}
