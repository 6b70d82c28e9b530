package io.pigeonhole.jobs.store;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Objects;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.ChecksumFs;
import org.apache.hadoop.fs.DelegateToFileSystem;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.permission.FsPermission;

/**
 * Hadoop's local file system without child processes. Without its native library, Hadoop starts a {@code chmod} for
 * each file and folder that it creates, an {@code ls} for each that it lists and a {@code readlink} for each that it
 * renames. For a small table these take as long as the writing.
 */
public class LocalDisk extends RawLocalFileSystem {

    /** Settings that make Spark use it. Do not pass them to processes that lack this class. */
    public static final Map<String, String> SETTINGS = Map.of(
            "spark.hadoop.fs.file.impl", WithChecksums.class.getName(),
            "spark.hadoop.fs.AbstractFileSystem.file.impl", AsContext.class.getName());

    /** Adds checksums, as Hadoop does for its own local file system. */
    static final class WithChecksums extends LocalFileSystem {
        WithChecksums() {
            super(new LocalDisk());
        }
    }

    /** The same for {@code FileContext}, which Delta uses to write the checksums of its versions. */
    static final class AsContext extends ChecksumFs {
        AsContext(URI name, Configuration hadoop) throws IOException, URISyntaxException {
            super(new Delegate(hadoop));
        }
    }

    private static final class Delegate extends DelegateToFileSystem {

        Delegate(Configuration hadoop) throws IOException, URISyntaxException {
            super(URI.create("file:///"), new LocalDisk(), hadoop, "file", false);
        }

        @Override
        public int getUriDefaultPort() {
            return -1;
        }

        @Override
        public boolean isValidName(String name) {
            return true;
        }
    }

    @Override
    public void setPermission(Path path, FsPermission permission) throws IOException {
        if (permission.getStickyBit()) {
            super.setPermission(path, permission);
            return;
        }
        Files.setPosixFilePermissions(
                pathToFile(path).toPath(),
                PosixFilePermissions.fromString(permission.getUserAction().SYMBOL
                        + permission.getGroupAction().SYMBOL
                        + permission.getOtherAction().SYMBOL));
    }

    @Override
    public FileStatus getFileStatus(Path path) throws IOException {
        FileStatus status = super.getFileStatus(path);
        Map<String, Object> attributes;
        try {
            // the attribute unix:mode includes the sticky bit
            attributes = Files.readAttributes(pathToFile(path).toPath(), "unix:mode,owner,group");
        } catch (NoSuchFileException e) {
            // the file has just been removed: a listing skips this exception and fails on any other
            throw (IOException) new FileNotFoundException("File " + path + " does not exist").initCause(e);
        }
        return new FileStatus(
                status.getLen(),
                status.isDirectory(),
                status.getReplication(),
                status.getBlockSize(),
                status.getModificationTime(),
                status.getAccessTime(),
                new FsPermission((int) Objects.requireNonNull(attributes.get("mode")) & 01777),
                String.valueOf(attributes.get("owner")),
                String.valueOf(attributes.get("group")),
                status.getPath());
    }

    @Override
    public FileStatus getFileLinkStatus(Path path) throws IOException {
        return Files.isSymbolicLink(pathToFile(path).toPath()) ? super.getFileLinkStatus(path) : getFileStatus(path);
    }
}
