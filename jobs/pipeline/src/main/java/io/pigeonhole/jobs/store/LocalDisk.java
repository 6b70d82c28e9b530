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
 * Hadoop's local file system without its processes: where its native library is not installed, it starts a {@code chmod} for
 * each file and folder that it makes, an {@code ls} for each that it lists and a {@code readlink} for each that it renames.
 * For a small table they take as long as the writing.
 */
public class LocalDisk extends RawLocalFileSystem {

    /** What makes Spark use it. Processes that do not have this class must not be told. */
    public static final Map<String, String> SETTINGS = Map.of(
            "spark.hadoop.fs.file.impl", WithChecksums.class.getName(),
            "spark.hadoop.fs.AbstractFileSystem.file.impl", AsContext.class.getName());

    /** As Hadoop wraps its own. */
    static final class WithChecksums extends LocalFileSystem {
        WithChecksums() {
            super(new LocalDisk());
        }
    }

    /** The same for {@code FileContext}, by which Delta writes the checksums of its versions. */
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
            // by this name it has the sticky bit
            attributes = Files.readAttributes(pathToFile(path).toPath(), "unix:mode,owner,group");
        } catch (NoSuchFileException e) {
            // it has just been removed: a listing leaves out what is reported so, and fails on anything else
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
