package io.pigeonhole.jobs.sources;

import io.pigeonhole.jobs.configuration.Reading;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The size of a source, as far as it is known from its files.
 *
 * @param bytes of its files; empty if it does not consist of files
 * @param rows approximate number, from the lines at the beginning of a text file; empty for other files
 */
public record SourceSize(Optional<Long> bytes, Optional<Long> rows) {

    static final SourceSize UNKNOWN = new SourceSize(Optional.empty(), Optional.empty());

    static final SourceSize NOTHING = new SourceSize(Optional.of(0L), Optional.of(0L));

    /**
     * Formats with one line for each row, unless compressed: the length of a compressed file is not that of its lines.
     */
    private static final List<String> LINES = List.of("csv", "json", "text", "libsvm");

    private static final int SAMPLE = 1 << 18;

    /** The size of files whose number of rows is unknown. */
    static SourceSize of(Inventory inventory) {
        return new SourceSize(bytes(inventory), Optional.empty());
    }

    /** The size of the files of a reading. */
    public static SourceSize of(Access access, Reading reading) {
        Inventory inventory = Inventory.of(access, "The input", reading);
        Optional<Long> bytes = bytes(inventory);
        Optional<Path> sample = isByLines(reading) ? inventory.firstFile() : Optional.empty();
        return bytes.map(all -> ofFiles(access.hadoop(), all, sample)).orElse(UNKNOWN);
    }

    /** Whether a reading's files have one line for each row. */
    static boolean isByLines(Reading reading) {
        return reading.format()
                        .map(format -> LINES.contains(format.toLowerCase(Locale.ROOT)))
                        .orElse(false)
                && reading.query().isEmpty();
    }

    /**
     * The size of files.
     *
     * @param sample one of the files, whose lines serve to estimate the number of rows
     */
    static SourceSize ofFiles(Configuration hadoop, long bytes, Optional<Path> sample) {
        Optional<Double> line = sample.flatMap(file -> bytesOfLine(hadoop, file));
        return new SourceSize(Optional.of(bytes), line.map(each -> Math.round(bytes / each)));
    }

    private static Optional<Long> bytes(Inventory inventory) {
        return Optional.ofNullable(inventory.figures().get("bytes")).map(Double::longValue);
    }

    private static Optional<Double> bytesOfLine(Configuration hadoop, Path file) {
        try {
            FileSystem fileSystem = file.getFileSystem(hadoop);
            if (file.getName().matches(".*\\.(gz|bz2|zst|lz4|snappy|deflate|xz)")) {
                return Optional.empty();
            }
            try (FSDataInputStream in = fileSystem.open(file)) {
                byte[] sample = in.readNBytes(SAMPLE);
                long lines = 0;
                for (byte b : sample) {
                    lines += b == '\n' ? 1 : 0;
                }
                return lines == 0 ? Optional.empty() : Optional.of((double) sample.length / lines);
            }
        } catch (IOException e) {
            // the job will report the problem with the file
            return Optional.empty();
        }
    }
}
