package io.pigeonhole.transforms.files;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.BiFunction;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.ml.param.Params;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.DefaultParamsReader$;
import org.apache.spark.ml.util.DefaultParamsWriter$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import scala.Option;

/**
 * Saves and loads a stage without a query, in Spark ML's layout: a folder with its metadata as JSON, and a folder of one
 * Parquet file for each part of its state.
 */
public final class StageFiles {

    private static final String METADATA = "metadata";
    /** The part of a stage that has only one. */
    private static final String STATE = "state";

    private StageFiles() {}

    /**
     * A part of a stage's state.
     *
     * @param name of its folder
     * @param rows in the order in which they are read back
     */
    public record Part(String name, StructType schema, List<Row> rows) {

        public Part {
            rows = List.copyOf(rows);
        }
    }

    /** The folder of a saved stage. */
    public static final class Saved {

        private final String folder;
        private final Configuration hadoop;

        public Saved(String folder, Configuration hadoop) {
            this.folder = folder;
            this.hadoop = hadoop;
        }

        /** The rows of a part; a column that its file lacks is null. */
        public List<Row> rows(String part, StructType schema) {
            List<Row> rows = new ArrayList<>();
            files(new Path(folder, part), hadoop)
                    .forEach(file -> rows.addAll(ParquetRows.read(schema, file.getPath(), hadoop)));
            return rows;
        }

        /** Bytes of the files of a part. */
        public long bytes(String part) {
            return files(new Path(folder, part), hadoop).stream()
                    .mapToLong(FileStatus::getLen)
                    .sum();
        }

        public String folder() {
            return folder;
        }
    }

    /** Saves parameters and the only part of the state. */
    public static MLWriter writer(Params stage, StructType schema, List<Row> rows) {
        return writer(stage, List.of(new Part(STATE, schema, rows)));
    }

    /** Saves parameters and parts. */
    public static MLWriter writer(Params stage, List<Part> parts) {
        return new MLWriter() {
            @Override
            public void saveImpl(String folder) {
                write(stage, parts, folder, sparkSession());
            }
        };
    }

    /** Writes parameters and parts of a stage into a folder. */
    public static void write(Params stage, List<Part> parts, String folder, SparkSession spark) {
        writeMetadata(DefaultParamsWriter$.MODULE$.getMetadataToSave(stage, spark), folder, hadoop(spark));
        parts.forEach(part -> write(part, folder, spark));
    }

    /** Writes one part of the stage in a folder. */
    public static void write(Part part, String folder, SparkSession spark) {
        Path file = new Path(new Path(folder, part.name()), "part-00000.snappy.parquet");
        try {
            ParquetRows.write(part.rows(), part.schema(), file, hadoop(spark));
        } catch (IOException e) {
            throw new UncheckedIOException("the model cannot be saved to " + folder, e);
        }
    }

    /** Loads a stage that has one part. */
    public static <M extends Params> MLReader<M> reader(
            Class<M> type, StructType schema, BiFunction<String, List<Row>, M> create) {
        return reader(type, (uid, saved) -> create.apply(uid, saved.rows(STATE, schema)));
    }

    /**
     * Loads a stage.
     *
     * @param create makes the stage from its uid and its files; its parameters are then set
     */
    public static <M extends Params> MLReader<M> reader(Class<M> type, BiFunction<String, Saved, M> create) {
        return new MLReader<>() {
            @Override
            public M load(String folder) {
                Configuration hadoop = hadoop(sparkSession());
                DefaultParamsReader.Metadata metadata =
                        DefaultParamsReader$.MODULE$.parseMetadata(metadata(folder, hadoop), type.getName());
                M stage = create.apply(metadata.uid(), new Saved(folder, hadoop));
                metadata.getAndSetParams(stage, Option.empty());
                return stage;
            }
        };
    }

    static Configuration hadoop(SparkSession spark) {
        return spark.sparkContext().hadoopConfiguration();
    }

    static void writeMetadata(String json, String folder, Configuration hadoop) {
        Path file = new Path(new Path(folder, METADATA), "part-00000");
        try (OutputStream out = file.getFileSystem(hadoop).create(file)) {
            out.write((json + "\n").getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException("the model cannot be saved to " + folder, e);
        }
    }

    /** The metadata of the saved stage or pipeline in a folder, as JSON. */
    static String metadata(String folder, Configuration hadoop) {
        StringBuilder json = new StringBuilder();
        try {
            for (FileStatus file : files(new Path(folder, METADATA), hadoop)) {
                FileSystem fileSystem = file.getPath().getFileSystem(hadoop);
                try (InputStream in = fileSystem.open(file.getPath())) {
                    json.append(new String(in.readAllBytes(), StandardCharsets.UTF_8));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the model in " + folder + " cannot be read", e);
        }
        return json.toString();
    }

    /** The files of a folder by name, without checksum files and markers. */
    private static List<FileStatus> files(Path folder, Configuration hadoop) {
        try {
            return Arrays.stream(folder.getFileSystem(hadoop).listStatus(folder))
                    .filter(file -> !file.getPath().getName().startsWith(".")
                            && !file.getPath().getName().startsWith("_"))
                    .sorted(Comparator.comparing(file -> file.getPath().getName()))
                    .toList();
        } catch (FileNotFoundException e) {
            throw new UncheckedIOException("the model lacks the folder " + folder, e);
        } catch (IOException e) {
            throw new UncheckedIOException("the model in " + folder + " cannot be read", e);
        }
    }
}
