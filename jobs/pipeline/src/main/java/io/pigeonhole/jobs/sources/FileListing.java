package io.pigeonhole.jobs.sources;

import io.pigeonhole.jobs.configuration.Reading;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The files that Spark would read, listed in this process. It knows the plain cases: one file, or one folder of files without
 * folders below it.
 */
final class FileListing {

    private static final Set<String> FORMATS =
            Set.of("csv", "json", "xml", "text", "parquet", "orc", "avro", "binaryfile", "image", "libsvm");

    /** Options of readers that choose files, in lower case. */
    private static final Set<String> CHOOSING = Set.of(
            "pathglobfilter",
            "recursivefilelookup",
            "modifiedbefore",
            "modifiedafter",
            "path",
            "paths",
            ParallelFiles.OPTION);

    private FileListing() {}

    /** The files; empty if Spark must list them, or find out that there are none. */
    static Optional<List<FileStatus>> of(Configuration hadoop, Reading reading) {
        if (!isPlain(reading)) {
            return Optional.empty();
        }
        try {
            Path path = new Path(reading.path().orElseThrow());
            FileSystem fileSystem = path.getFileSystem(hadoop);
            FileStatus[] children = fileSystem.listStatus(path);
            if (Arrays.stream(children).anyMatch(child -> child.isDirectory() || isSpecial(child))) {
                return Optional.empty();
            }
            List<FileStatus> files =
                    Arrays.stream(children).filter(child -> !isHidden(child)).toList();
            return files.isEmpty() ? Optional.empty() : Optional.of(files);
        } catch (FileNotFoundException e) {
            return Optional.empty();
        } catch (IOException | IllegalArgumentException e) {
            // Spark's own attempt explains what is wrong
            return Optional.empty();
        }
    }

    private static boolean isPlain(Reading reading) {
        return reading.query().isEmpty()
                && reading.table().isEmpty()
                && reading.version().isEmpty()
                && reading.timestamp().isEmpty()
                && reading.path()
                        .filter(path -> !path.matches(".*[{}\\[\\]*?\\\\].*"))
                        .isPresent()
                && reading.format()
                        .filter(format -> FORMATS.contains(format.toLowerCase(Locale.ROOT)))
                        .isPresent()
                && reading.options().keySet().stream()
                        .noneMatch(option -> CHOOSING.contains(option.toLowerCase(Locale.ROOT)));
    }

    /** Whether Spark passes over a file. */
    private static boolean isHidden(FileStatus file) {
        String name = file.getPath().getName();
        return (name.startsWith("_") && !name.contains("=")) || name.startsWith(".") || name.endsWith("._COPYING_");
    }

    /** Whether Spark reads a file of metadata although its name is that of a hidden one. */
    private static boolean isSpecial(FileStatus file) {
        String name = file.getPath().getName();
        return name.startsWith("_common_metadata")
                || name.startsWith("_metadata")
                || name.startsWith("_spark_metadata");
    }
}
