package io.pigeonhole.jobs.store.delta;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.delta.DeltaLog;
import org.apache.spark.sql.delta.actions.Action;
import org.apache.spark.sql.delta.actions.AddCDCFile;
import org.apache.spark.sql.delta.actions.AddFile;
import org.apache.spark.sql.delta.actions.FileAction;
import org.apache.spark.sql.delta.actions.Metadata;
import org.apache.spark.sql.delta.actions.RemoveFile;
import org.apache.spark.sql.delta.files.TahoeLogFileIndex;
import scala.Option;
import scala.Tuple2;
import scala.collection.Iterator;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;

/** Consecutive commits of a Delta table, from its log alone. */
public final class DeltaCommits {

    private static final String FEED = "delta.enableChangeDataFeed";

    private final TahoeLogFileIndex index;
    private final List<AddFile> added = new ArrayList<>();
    private final List<FileAction> changes = new ArrayList<>();
    private final List<Metadata> metadata = new ArrayList<>();
    /** Paths of files that left the table, for any reason. */
    private final Set<String> left = new HashSet<>();

    private boolean onlyAppend = true;
    private boolean isComplete = true;

    private DeltaCommits(TahoeLogFileIndex index) {
        this.index = index;
    }

    /** The commits from this version to the index's version. */
    static DeltaCommits of(TahoeLogFileIndex index, long first) {
        DeltaCommits commits = new DeltaCommits(index);
        Iterator<Tuple2<Object, Seq<Action>>> each =
                index.deltaLog().getChanges(first, index.version(), index.catalogTableOpt(), false);
        long next = first;
        while (each.hasNext()) {
            Tuple2<Object, Seq<Action>> commit = each.next();
            commits.isComplete &= (Long) commit._1 == next;
            next++;
            commits.add(CollectionConverters.asJava(commit._2));
        }
        commits.isComplete &= next == index.version() + 1;
        return commits;
    }

    private void add(List<Action> commit) {
        boolean hasFeedFiles = commit.stream().anyMatch(AddCDCFile.class::isInstance);
        for (Action action : commit) {
            if (action instanceof AddFile file && file.dataChange()) {
                added.add(file);
            } else if (action instanceof RemoveFile file) {
                left.add(file.path());
                onlyAppend &= !file.dataChange();
            } else if (action instanceof Metadata changed) {
                metadata.add(changed);
            }
            boolean tells = hasFeedFiles ? action instanceof AddCDCFile : action instanceof FileAction;
            if (tells && action instanceof FileAction file && (hasFeedFiles || file.dataChange())) {
                changes.add(file);
            }
        }
    }

    /** Whether rows were only added, not removed or changed; rearranged files do not count. */
    public boolean onlyAppend() {
        return onlyAppend;
    }

    /** The rows of the files that were added. */
    public Dataset<Row> addedRows() {
        return index.deltaLog().createDataFrame(index.getSnapshot(), LoggedFiles.seq(added), false, Option.empty());
    }

    /** Number of files added. */
    public int addedFiles() {
        return added.size();
    }

    public long addedBytes() {
        return added.stream().mapToLong(AddFile::size).sum();
    }

    /** Number of rows in the added files, if the log has it. */
    public Optional<Long> addedCount() {
        return added.stream().allMatch(file -> file.numLogicalRecords().isDefined())
                ? Optional.of(added.stream()
                        .mapToLong(file -> (Long) file.numLogicalRecords().get())
                        .sum())
                : Optional.empty();
    }

    /** Whether the table has a change data feed throughout these commits. */
    public boolean keepFeed(long first) {
        if (onlyAppend || !isComplete) {
            return false;
        }
        DeltaLog log = index.deltaLog();
        List<Metadata> all = new ArrayList<>(metadata);
        all.add(log.getSnapshotAt(
                        first, log.getSnapshotAt$default$2(), index.catalogTableOpt(), log.getSnapshotAt$default$4())
                .metadata());
        return all.stream().allMatch(each -> each.configuration().get(FEED).contains("true"));
    }

    /** Why the changes cannot be determined from the commits; empty if they can. */
    public Optional<String> obstacle(boolean hasFeed) {
        if (!isComplete) {
            return Optional.of("the log has lost commits since the version that was read last");
        }
        if (!onlyAppend && !hasFeed) {
            return Optional.of("rows have been changed or removed since the version that was read last, and there is no"
                    + " change data feed that tells which");
        }
        return isThere(onlyAppend ? added : changes)
                ? Optional.empty()
                : Optional.of("files of versions since the one that was read last have been removed by a vacuum");
    }

    /** Whether those of the files that have left the table still exist. */
    private boolean isThere(List<? extends FileAction> files) {
        try {
            FileSystem fileSystem = index.path().getFileSystem(index.deltaLog().newDeltaHadoopConf());
            for (FileAction file : files) {
                Path path = file.absolutePath(index.deltaLog());
                boolean mayBeGone = !(file instanceof AddFile) || left.contains(file.path());
                if (mayBeGone && !fileSystem.exists(path)) {
                    return false;
                }
            }
            return true;
        } catch (IOException e) {
            throw new UncheckedIOException("the files of " + index.path() + " cannot be looked at", e);
        }
    }
}
