package io.pigeonhole.jobs.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** The log of a table whose creation died before its first commit: Delta neither creates a table over it nor takes it for one. */
final class AbandonedLog {

    /** Longest time that creating a table takes once its log is there. */
    private static final long CREATION_MILLIS = 5000;

    private AbandonedLog() {}

    /** Removes such a log. One that has just been made may be another process's, and is waited for. */
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
