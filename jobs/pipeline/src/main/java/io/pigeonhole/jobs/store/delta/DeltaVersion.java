package io.pigeonhole.jobs.store.delta;

import org.apache.spark.sql.delta.files.TahoeLogFileIndex;

/** A Delta table outside the store, at the version that a query reads. */
public final class DeltaVersion {

    private final TahoeLogFileIndex index;

    DeltaVersion(TahoeLogFileIndex index) {
        this.index = index;
    }

    /** Folder of the table. */
    public String path() {
        return index.path().toString();
    }

    /** Delta's id of the table; a recreated table has another id. */
    public String tableId() {
        return index.metadata().id();
    }

    public long version() {
        return index.version();
    }

    /** Whether the query reads the folder of a partition instead of the table. */
    public boolean isPartition() {
        return !index.partitionFilters().isEmpty();
    }

    /** The commits from this version to the one that the query reads. */
    public DeltaCommits since(long first) {
        return DeltaCommits.of(index, first);
    }
}
