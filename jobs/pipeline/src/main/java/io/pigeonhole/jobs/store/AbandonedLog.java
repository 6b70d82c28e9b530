package io.pigeonhole.jobs.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The log of a table whose creation died before its first commit. Delta does not treat it as a table, and does not
 * create a table over it either.
 */
final class AbandonedLog {

    /** Longest time from the creation of a table's log to its first commit. */
    private static final long CREATION_MILLIS = 5000;

    private AbandonedLog() {}

    /** Removes such a log. A new log may belong to another process, so this first waits for its commit. */
    static void clear(Path log, Configuration hadoop, BooleanSupplier exists) {
        try {
            FileSystem fileSystem = log.getFileSystem(hadoop);
            while (fileSystem.exists(log) && !exists.getAsBoolean()) {
                long age = System.currentTimeMillis()
                        - fileSystem.getFileStatus(log).getModificationTime();
                if (age > CREATION_MILLIS) {
                    fileSystem.delete(log, true);
                } else {
                    TimeUnit.MILLISECONDS.sleep(Math.max(1, CREATION_MILLIS - age) / 10 + 1);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the unfinished log " + log + " cannot be removed", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while another process creates " + log, e);
        }
    }
}
