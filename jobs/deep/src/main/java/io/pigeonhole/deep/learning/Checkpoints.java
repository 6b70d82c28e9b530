package io.pigeonhole.deep.learning;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The state of a training after its rounds, on any Hadoop file system: a folder for each round, with a file for each
 * task and, written last, one for the common state. A folder without it is ignored. The latest two are kept.
 *
 * @param folder of this training
 * @param identity of the training; checkpoints of another training are ignored
 */
public record Checkpoints(String folder, long identity) implements Serializable {

    private static final String COMMON = "common";
    private static final int KEPT = 2;

    /** What is written to a file. */
    interface Writing {
        void to(DataOutputStream out) throws IOException;
    }

    /** What is read from a file. */
    interface Reading<T> {
        T from(DataInputStream in) throws IOException;
    }

    void writeTask(int round, int task, Writing writing) {
        write(new Path(round(round), "task-" + task), writing);
    }

    <T> T readTask(int round, int task, Reading<T> reading) {
        return read(new Path(round(round), "task-" + task), reading);
    }

    void writeCommon(int round, Writing writing) {
        write(new Path(round(round), COMMON), writing);
        List<Integer> rounds = rounds();
        rounds.sort(Comparator.reverseOrder());
        rounds.stream().skip(KEPT).forEach(old -> delete(round(old)));
    }

    <T> T readCommon(int round, Reading<T> reading) {
        return read(new Path(round(round), COMMON), reading);
    }

    /** The latest round with a complete checkpoint. */
    Optional<Integer> latest() {
        return rounds().stream().max(Integer::compare);
    }

    /** Folder of a round. */
    Path round(int round) {
        return new Path(folder, Long.toHexString(identity) + "/round-" + round);
    }

    private List<Integer> rounds() {
        Path root = new Path(folder, Long.toHexString(identity));
        List<Integer> rounds = new ArrayList<>();
        try {
            FileSystem files = fileSystem(root);
            if (files.exists(root)) {
                for (FileStatus status : files.listStatus(root)) {
                    String name = status.getPath().getName();
                    if (name.startsWith("round-") && files.exists(new Path(status.getPath(), COMMON))) {
                        rounds.add(Integer.valueOf(name.substring("round-".length())));
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the checkpoints in " + root + " cannot be listed", e);
        }
        return rounds;
    }

    /** Removes all checkpoints of this training. */
    void delete() {
        delete(new Path(folder, Long.toHexString(identity)));
    }

    private static void delete(Path path) {
        try {
            fileSystem(path).delete(path, true);
        } catch (IOException e) {
            throw new UncheckedIOException("the checkpoint " + path + " cannot be removed", e);
        }
    }

    /** Writes under a unique name first, so that no file is ever incomplete, even if two processes write the same one. */
    private static void write(Path path, Writing writing) {
        Path unfinished = path.suffix("." + UUID.randomUUID() + ".unfinished");
        try {
            FileSystem files = fileSystem(path);
            try (DataOutputStream out = files.create(unfinished, true)) {
                writing.to(out);
            }
            files.delete(path, false);
            if (!files.rename(unfinished, path)) {
                throw new IOException("cannot rename " + unfinished);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the checkpoint " + path + " cannot be written", e);
        }
    }

    private static <T> T read(Path path, Reading<T> reading) {
        try (DataInputStream in = fileSystem(path).open(path)) {
            return reading.from(in);
        } catch (IOException e) {
            throw new UncheckedIOException("the checkpoint " + path + " cannot be read", e);
        }
    }

    /** Executors have no Spark session; Spark passes them the file system's settings. */
    private static FileSystem fileSystem(Path path) throws IOException {
        URI uri = path.toUri();
        Configuration configuration =
                org.apache.spark.deploy.SparkHadoopUtil.get().conf();
        return FileSystem.get(uri.getScheme() == null ? FileSystem.getDefaultUri(configuration) : uri, configuration);
    }
}
