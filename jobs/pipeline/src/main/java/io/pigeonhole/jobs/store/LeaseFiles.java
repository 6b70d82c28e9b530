package io.pigeonhole.jobs.store;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStreamBuilder;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Options.CreateFileOptionKeys;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;

/**
 * The numbered files that leases on a store are: {@code N.lease} says who took the N-th, {@code N.beat} is written again and
 * again for as long as it is held.
 *
 * <p>Only the creation of a lease need be atomic, and nothing is renamed: a local file system creates a file that must not
 * exist by one call, and so do HDFS, Azure and Google's; S3 by a conditional write ({@code If-None-Match}). Delta's own
 * commits would not do: between two processes they are not atomic on a local file system, nor on S3 as it comes.
 */
final class LeaseFiles {

    private static final String LEASE = ".lease";
    private static final String BEAT = ".beat";

    private final Path folder;
    private final FileSystem files;

    LeaseFiles(Path folder, Configuration hadoop) throws IOException {
        FileSystem found = folder.getFileSystem(hadoop);
        this.folder = folder;
        // without its checksum files, which are not written together with the files
        this.files = found instanceof LocalFileSystem local ? local.getRaw() : found;
    }

    private Path path(long number, String kind) {
        return new Path(folder, String.format(Locale.ROOT, "%020d", number) + kind);
    }

    /** Number of the last lease; 0 where there was none yet. */
    long latest() throws IOException {
        try {
            return Arrays.stream(files.listStatus(folder))
                    .map(file -> file.getPath().getName())
                    .filter(name -> name.matches("\\d{20}" + LEASE))
                    .mapToLong(name -> Long.parseLong(name.substring(0, 20)))
                    .max()
                    .orElse(0);
        } catch (FileNotFoundException e) {
            return 0;
        }
    }

    /** Creates a lease; false where another process has created it. */
    boolean create(long number, String text) throws IOException {
        Path path = path(number, LEASE);
        try {
            createNew(path, text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            // a store of objects may have written what it reports as failed
            Optional<String> there = e instanceof FileAlreadyExistsException ? Optional.of("") : read(path);
            if (there.isEmpty()) {
                throw e;
            }
            return there.get().equals(text);
        }
        return true;
    }

    private void createNew(Path path, byte[] bytes) throws IOException {
        if (files instanceof RawLocalFileSystem local) {
            // Hadoop looks first and creates then
            java.nio.file.Path file = local.pathToFile(path).toPath();
            Files.createDirectories(local.pathToFile(folder).toPath());
            Files.write(file, bytes, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            return;
        }
        boolean isConditional =
                files.hasPathCapability(path, CreateFileOptionKeys.FS_OPTION_CREATE_CONDITIONAL_OVERWRITE);
        FSDataOutputStreamBuilder<?, ?> builder =
                files.createFile(path).recursive().overwrite(isConditional);
        if (isConditional) {
            builder.must(CreateFileOptionKeys.FS_OPTION_CREATE_CONDITIONAL_OVERWRITE, true);
        }
        try (OutputStream out = builder.build()) {
            out.write(bytes);
        }
    }

    /** Who took a lease; nothing where that cannot be read. */
    Optional<Holder> holder(long number) throws IOException {
        return read(path(number, LEASE)).flatMap(Holder::fromJson);
    }

    /** Writes a sign of life. */
    void beat(long number, String text) throws IOException {
        try (OutputStream out = files.create(path(number, BEAT), true)) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
    }

    /** The last sign of life; empty where there was none yet. */
    String lastBeat(long number) throws IOException {
        return read(path(number, BEAT)).orElse("");
    }

    private Optional<String> read(Path path) throws IOException {
        try (InputStream in = files.open(path)) {
            return Optional.of(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (FileNotFoundException e) {
            return Optional.empty();
        }
    }

    /** Time since the last sign of life, by the clock of the file system alone. */
    Duration silence(long number) throws IOException {
        Path probe = new Path(folder, "probe-" + UUID.randomUUID());
        files.create(probe, true).close();
        try {
            long now = files.getFileStatus(probe).getModificationTime();
            return Duration.ofMillis(Math.max(0, now - lastSign(number)));
        } finally {
            files.delete(probe, false);
        }
    }

    /** When it was last heard of, in milliseconds since 1970. */
    long lastSign(long number) throws IOException {
        try {
            return files.getFileStatus(path(number, BEAT)).getModificationTime();
        } catch (FileNotFoundException e) {
            return files.getFileStatus(path(number, LEASE)).getModificationTime();
        }
    }

    /** Removes a lease. */
    void remove(long number) throws IOException {
        files.delete(path(number, LEASE), false);
    }

    /** Removes the files of earlier leases. */
    void removeBefore(long number) throws IOException {
        for (FileStatus file : files.listStatus(folder)) {
            String name = file.getPath().getName();
            if (name.matches("\\d{20}(" + LEASE + "|" + BEAT + ")") && Long.parseLong(name.substring(0, 20)) < number) {
                files.delete(file.getPath(), false);
            }
        }
    }
}
