package io.pigeonhole.jobs.store;

import io.pigeonhole.transforms.PipelineException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The format of a store, recorded by names of files in its folder {@code _format}: {@code 2-DEFINITIONS} means that all
 * its tables have format 2 and these definitions. A mark is added after the tables are updated, and never changed.
 * After a crash in between, the update runs again; it is idempotent.
 */
final class FormatMarks {

    /** The format that this version writes. A release that changes the tables increments it. */
    static final int CURRENT = 2;

    /** The format of stores without a mark, which version 0.1.0 wrote. */
    private static final int FIRST = 1;

    private final String store;
    private final Path folder;
    private final FileSystem files;

    FormatMarks(String store, Path folder, Configuration hadoop) {
        this.store = store;
        this.folder = folder;
        try {
            FileSystem found = folder.getFileSystem(hadoop);
            // no checksum files: they are not written atomically with the files
            this.files = found instanceof LocalFileSystem local ? local.getRaw() : found;
        } catch (IOException e) {
            throw new UncheckedIOException("the folder of store " + store + " cannot be used", e);
        }
    }

    /** The newest format among the store's marks. */
    int format() {
        return names().stream()
                .mapToInt(name -> Integer.parseInt(name.substring(0, name.indexOf('-'))))
                .max()
                .orElse(FIRST);
    }

    /** @throws PipelineException (data contract) if a newer version wrote the store */
    void requireKnown() {
        int format = format();
        if (format > CURRENT) {
            throw StoreErrors.newerFormat(store, format);
        }
    }

    /** Whether the tables have been updated to these definitions. */
    boolean has(String definitions) {
        return names().contains(name(definitions));
    }

    /** Records that the tables have been updated to these definitions. */
    void add(String definitions) {
        try (OutputStream out = files.create(new Path(folder, name(definitions)), true)) {
            out.write(("brought up to date at " + Instant.now() + "\n").getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException("the format of store " + store + " cannot be written", e);
        }
    }

    private static String name(String definitions) {
        return CURRENT + "-" + definitions;
    }

    private List<String> names() {
        try {
            return Arrays.stream(files.listStatus(folder))
                    .map(file -> file.getPath().getName())
                    .filter(name -> name.matches("[0-9]{1,9}-.+"))
                    .toList();
        } catch (FileNotFoundException e) {
            return List.of();
        } catch (IOException e) {
            throw new UncheckedIOException("the format of store " + store + " cannot be read", e);
        }
    }
}
