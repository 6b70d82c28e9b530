package io.pigeonhole.jobs.sources;

/** A position up to which a source was read: a file or a version. */
public sealed interface Position {

    /**
     * A file in the state in which it was read.
     *
     * @param length bytes
     * @param modified milliseconds since 1970
     */
    record File(String path, long length, long modified) implements Position {}

    /**
     * A Delta table up to a version.
     *
     * @param path folder of the table
     * @param tableId Delta's id of the table; a recreated table has another id
     */
    record Version(String path, String tableId, long version) implements Position {}
}
