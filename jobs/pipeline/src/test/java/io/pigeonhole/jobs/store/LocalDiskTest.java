package io.pigeonhole.jobs.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.pigeonhole.jobs.DeltaTest;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.permission.FsPermission;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** It has the same results as Hadoop's own file system, which runs system commands. */
class LocalDiskTest extends DeltaTest {

    private static final URI NAME = URI.create("file:///");

    /** Far more listings than needed to meet a file that is removed between two accesses. */
    private static final int LISTINGS = 2_000;

    @TempDir
    private java.nio.file.Path folder = java.nio.file.Path.of("none");

    private static <T extends FileSystem> T begun(T files) throws IOException {
        files.initialize(NAME, new Configuration());
        return files;
    }

    @Test
    void filesFoldersAndLinksLookAsTheyDoToHadoop() throws IOException {
        java.nio.file.Path file = Files.writeString(folder.resolve("a file's näme"), "text");
        Files.createDirectory(folder.resolve("folder"));
        Files.createSymbolicLink(folder.resolve("link"), file);
        Files.createSymbolicLink(folder.resolve("nowhere"), folder.resolve("none"));
        FileSystem ours = begun(new LocalDisk());
        FileSystem hadoops = begun(new RawLocalFileSystem());
        for (int bits : List.of(0640, 0755, 01777)) {
            ours.setPermission(new Path(file.toString()), FsPermission.createImmutable((short) bits));

            for (String name : List.of("a file's näme", "folder", "link")) {
                Path path = new Path(folder.toString(), name);
                assertThat(text(ours.getFileStatus(path))).isEqualTo(text(hadoops.getFileStatus(path)));
                assertThat(text(ours.getFileLinkStatus(path))).isEqualTo(text(hadoops.getFileLinkStatus(path)));
            }
        }
        Path nowhere = new Path(folder.toString(), "nowhere");
        assertThat(ours.exists(nowhere)).isEqualTo(hadoops.exists(nowhere));
        assertThat(text(ours.getFileLinkStatus(nowhere))).isEqualTo(text(hadoops.getFileLinkStatus(nowhere)));
    }

    @Test
    void filesThatAreRemovedWhileAFolderIsListedAreLeftOut() throws Exception {
        FileSystem ours = begun(new LocalDisk());
        Files.writeString(folder.resolve("stays"), "");
        ExecutorService other = Executors.newSingleThreadExecutor();
        AtomicBoolean isOver = new AtomicBoolean();
        Future<Integer> removed = other.submit(() -> {
            int count = 0;
            for (; !isOver.get(); count++) {
                Files.delete(Files.writeString(folder.resolve("file-" + count), ""));
            }
            return count;
        });
        try {
            for (int i = 0; i < LISTINGS; i++) {
                assertThat(ours.listStatus(new Path(folder.toString())))
                        .extracting(file -> file.getPath().getName())
                        .contains("stays");
            }
        } finally {
            isOver.set(true);
            other.shutdown();
        }
        assertThat(removed.get()).isPositive();
    }

    private static String text(FileStatus status) {
        return String.join(
                " ",
                // Hadoop's file system reads all of them at the first access to one
                String.valueOf(status.getPermission().toShort()),
                status.getOwner(),
                status.getGroup(),
                status.toString().replace(status.getClass().getSimpleName(), ""));
    }

    @Test
    void sparkUsesItForBothOfHadoopsInterfaces() throws IOException {
        Configuration hadoop = spark.sparkContext().hadoopConfiguration();

        // not the cached instance of this process, which may come from a test without Spark
        try (FileSystem files = FileSystem.newInstance(NAME, hadoop)) {
            assertThat(files)
                    .isInstanceOfSatisfying(
                            LocalFileSystem.class,
                            local -> assertThat(local.getRaw()).isInstanceOf(LocalDisk.class));
        }
        assertThat(FileContext.getFileContext(NAME, hadoop).getDefaultFileSystem())
                .isInstanceOf(LocalDisk.AsContext.class);
    }
}
