package io.pigeonhole.jobs.store;

import io.delta.storage.CloseableIterator;
import io.delta.storage.S3SingleDriverLogStore;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStreamBuilder;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.PathIOException;

/**
 * Delta's log on S3 for writers in several processes: a commit is a PUT on the condition that the object does not exist
 * ({@code If-None-Match: *}). If two writers commit the same version, the server refuses the second. {@link
 * S3SingleDriverLogStore}, Delta's own log store for S3, would let it overwrite the first. All writers of a table must
 * use this class.
 *
 * <p>Spark finds it by {@code spark.delta.logStore.s3a.impl = io.pigeonhole.jobs.store.ConditionalLogStore}; it needs
 * S3A of Hadoop 3.4.2 or later, and a server that supports the condition, as Amazon's does.
 */
public final class ConditionalLogStore extends S3SingleDriverLogStore {

    /** Option of S3A's file builder: "create the object only if it does not exist". */
    private static final String ONLY_IF_ABSENT = "fs.option.create.conditional.overwrite";

    /** Delta calls this by reflection. */
    public ConditionalLogStore(Configuration configuration) {
        super(configuration);
    }

    @Override
    public void write(Path path, Iterator<String> actions, Boolean overwrite, Configuration configuration)
            throws IOException {
        if (overwrite) {
            super.write(path, actions, true, configuration);
            return;
        }
        List<String> lines = new ArrayList<>();
        actions.forEachRemaining(lines::add);
        FileSystem files = path.getFileSystem(configuration);
        if (files.exists(path)) {
            throw new FileAlreadyExistsException(path.toString());
        }
        FSDataOutputStreamBuilder<?, ?> file = files.createFile(path);
        file.overwrite(false);
        file.must(ONLY_IF_ABSENT, true);
        try (OutputStream out = file.build()) {
            for (String line : lines) {
                out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
            }
        } catch (PathIOException | org.apache.hadoop.fs.FileAlreadyExistsException e) {
            // the refused request may repeat an earlier one of this process, whose response was lost
            if (!files.exists(path)) {
                throw e;
            }
            if (!lines.equals(lines(path, configuration))) {
                FileAlreadyExistsException forestalled = new FileAlreadyExistsException(path.toString());
                forestalled.initCause(e);
                throw forestalled;
            }
        }
    }

    private List<String> lines(Path path, Configuration configuration) throws IOException {
        List<String> lines = new ArrayList<>();
        try (CloseableIterator<String> read = read(path, configuration)) {
            read.forEachRemaining(lines::add);
        }
        return lines;
    }
}
