package io.pigeonhole.jobs.sources;

/** How far a source was read, in a piece: a file or a version. */
public sealed interface Position {

    /**
     * A file in the state that it was read in.
     *
     * @param length bytes
     * @param modified milliseconds since 1970
     */
    record File(String path, long length, long modified) implements Position {}

    /**
     * A Delta table up to a version.
     *
     * @param path its folder
     * @param tableId Delta's, which a table that is made anew has not
     */
    record Version(String path, String tableId, long version) implements Position {}
}
