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
 * The numbered files of the leases on a store: {@code N.lease} describes the holder of the N-th lease; {@code N.beat}
 * is rewritten at every heartbeat.
 *
 * <p>Only the creation of a lease must be atomic; no file is renamed. Local file systems, HDFS, Azure and Google Cloud
 * Storage can create a file only if it does not exist, in one call; S3 does so by a conditional write ({@code
 * If-None-Match}). Delta's own commits do not suffice: between two processes they are not atomic on a local file
 * system, nor on S3 by default.
 */
final class LeaseFiles {

    private static final String LEASE = ".lease";
    private static final String BEAT = ".beat";

    private final Path folder;
    private final FileSystem files;

    LeaseFiles(Path folder, Configuration hadoop) throws IOException {
        FileSystem found = folder.getFileSystem(hadoop);
        this.folder = folder;
        // no checksum files: they are not written atomically with the files
        this.files = found instanceof LocalFileSystem local ? local.getRaw() : found;
    }

    private Path path(long number, String kind) {
        return new Path(folder, String.format(Locale.ROOT, "%020d", number) + kind);
    }

    /** Number of the last lease; 0 if there has been none. */
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

    /** Creates a lease; false if another process has created it. */
    boolean create(long number, String text) throws IOException {
        Path path = path(number, LEASE);
        try {
            createNew(path, text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            // an object store may have written the file although it reports a failure
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
            // Hadoop's own create is not atomic: it checks, then creates
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

    /** The holder of a lease; empty if it cannot be read. */
    Optional<Holder> holder(long number) throws IOException {
        return read(path(number, LEASE)).flatMap(Holder::fromJson);
    }

    /** Writes a heartbeat. */
    void beat(long number, String text) throws IOException {
        try (OutputStream out = files.create(path(number, BEAT), true)) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
    }

    /** The last heartbeat; empty if there has been none. */
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

    /** Time since the last heartbeat, by the clock of the file system alone. */
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

    /** Time of the last heartbeat, in milliseconds since 1970. */
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
