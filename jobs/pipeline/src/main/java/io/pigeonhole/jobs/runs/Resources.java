package io.pigeonhole.jobs.runs;

import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkEnv;

/** The free disk space, where it is known. */
final class Resources {

    /** Intermediate rows take about as many bytes as the input, in memory or, if memory is short, on local disk. */
    private static final double LOCAL_SHARE = 1.0;

    private Resources() {}

    /** The disk space that a plan needs: in the store and, if Spark runs in this process, in Spark's local folder. */
    static List<Plan.Need> disk(Session session, Plan plan) {
        List<Plan.Need> needs = new ArrayList<>();
        if (plan.bytesWritten() > 0) {
            session.store()
                    .folder()
                    .flatMap(folder -> free(session.store().hadoop(), folder))
                    .ifPresent(free -> needs.add(new Plan.Need(
                            "disk of the store",
                            plan.bytesWritten(),
                            free,
                            "free some (old versions of tables keep their files until VACUUM), or move store.root",
                            plan.bytesWritten() <= free,
                            true)));
        }
        long read = plan.reads().stream()
                .flatMap(amount -> amount.bytes().stream())
                .mapToLong(Long::longValue)
                .sum();
        if (read > 0 && session.spark().sparkContext().isLocal()) {
            File local = SparkEnv.get().blockManager().diskBlockManager().localDirs()[0];
            long bytes = (long) (LOCAL_SHARE * read);
            needs.add(new Plan.Need(
                    "local disk",
                    bytes,
                    local.getUsableSpace(),
                    "set spark.local.dir to a larger disk",
                    bytes <= local.getUsableSpace(),
                    true));
        }
        return needs;
    }

    /** Free bytes; empty for an object store, which has no limit. */
    private static Optional<Long> free(Configuration hadoop, Path folder) {
        try {
            FileSystem fileSystem = folder.getFileSystem(hadoop);
            long free = fileSystem.getStatus(existing(fileSystem, folder)).getRemaining();
            return free == Long.MAX_VALUE ? Optional.empty() : Optional.of(free);
        } catch (IOException | UnsupportedOperationException e) {
            return Optional.empty();
        }
    }

    private static Path existing(FileSystem fileSystem, Path folder) throws IOException {
        Path path = folder;
        while (!fileSystem.exists(path) && path.getParent() != null) {
            path = path.getParent();
        }
        return path;
    }
}
