package io.pigeonhole.jobs;

import io.delta.kernel.Table;
import io.delta.kernel.defaults.engine.DefaultEngine;
import io.delta.kernel.engine.Engine;
import io.delta.kernel.internal.SnapshotImpl;
import io.pigeonhole.jobs.store.TableDefinition;
import io.pigeonhole.jobs.store.delta.TableVersion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * A pipeline small enough for tests: 300 short texts of four classes below two parents, in CSV files.
 *
 * @param folder folder of the configuration, the input and the store
 */
record TinyPipeline(Path folder) {

    static final String HEADER = "id,kind,label,text,size,at";

    static final List<String> MODELS = List.of("softmax", "one_vs_rest", "hierarchical");

    /** Of the local file system, from which tables are read. */
    private static final Configuration HADOOP = new Configuration();

    /** Columns with times, locations and run ids, which differ between equal runs. */
    private static final Set<String> OF_THE_RUN = Set.of(
            "run_id",
            "since_run",
            "upstream",
            "inputs",
            "outputs",
            "scored_at",
            "trained_at",
            "started_at",
            "ended_at",
            "seconds",
            "artifact",
            "sha256",
            "environment");

    private static final Map<String, Integer> ROWS_OF_CLASS = new TreeMap<>(Map.of(
            "animals,cat", 117,
            "animals,dog", 92,
            "plants,fern", 60,
            "plants,moss", 31));

    private static final String CONFIGURATION = """
        name = tiny
        spark {
          "spark.sql.shuffle.partitions" = 2, "spark.databricks.delta.snapshotPartitions" = 1
          "spark.sql.codegen.wholeStage" = false, "spark.sql.codegen.factoryMode" = NO_CODEGEN
          "spark.sql.adaptive.enabled" = false
        }
        sources = [{
          kind = spark, name = csv
          read { format = csv, path = "%s", options { header = true, quote = "'", encoding = UTF-8, sep = "," } }
          columns {
            id = id, levels = [kind, label], event_time = at
            fields { text = text, size = size }, types { size = DOUBLE }
          }
        }]
        stratify.folds = 3
        features = [
          { kind = text, column = text, char_min = 0, char_max = 0, vocabulary { kind = terms } }
          { kind = numeric, columns = [size] }
        ]
        models = [%s]
        calibrate { folds = 3, minimum_rows = 10, conformal.minimum_rows = 8 }
        evaluate {
          bootstrap_replicates = 50, bins = 5
          slices = [
            { kind = expression, name = month, sql = "month(event_time) %% 2" }
            { kind = column, column = source }
          ]
        }
        """;

    /** The pipeline that {@link Undisturbed} ran. */
    static TinyPipeline undisturbed() {
        return Undisturbed.pipelineAndRun().pipeline();
    }

    /** A setting that keeps only one model. */
    static String alone(String trainer) {
        return "models=[" + model(trainer, "") + "]";
    }

    /** @param more further keys, after a comma */
    static String model(String trainer, String more) {
        String calibration = trainer.equals("hierarchical") ? "auto" : "none";
        return "{ name = " + trainer + ", trainer = " + trainer + ", reg_param = 1e-3, calibration = " + calibration
                + more + " }";
    }

    /** A configuration of all trainers, and its input in one file. */
    static TinyPipeline create(Path folder) {
        TinyPipeline pipeline = new TinyPipeline(folder);
        String models = String.join(
                ", ", MODELS.stream().map(trainer -> model(trainer, "")).toList());
        write(pipeline.configuration(), String.format(CONFIGURATION, pipeline.input(), models));
        pipeline.input(rows(0), 1);
        return pipeline;
    }

    Path configuration() {
        return folder.resolve("tiny.conf");
    }

    Path input() {
        return folder.resolve("input");
    }

    Path store() {
        return folder.resolve("store");
    }

    /** Replaces the input by these rows, in the given number of files. */
    void input(List<String> rows, int files) {
        delete(input());
        for (int file = 0; file < files; file++) {
            List<String> lines = new ArrayList<>(List.of(HEADER));
            lines.addAll(rows.subList(rows.size() * file / files, rows.size() * (file + 1) / files));
            write(input().resolve("part-" + file + ".csv"), String.join("\n", lines) + "\n");
        }
    }

    /** Arguments of a command on the store in the folder. */
    String[] command(String name, String... more) {
        return command(store(), name, more);
    }

    String[] command(Path store, String name, String... more) {
        return Stream.concat(
                        Stream.of(name, configuration().toString(), "--set", "store.root=" + store), Stream.of(more))
                .toArray(String[]::new);
    }

    /** 300 rows of all classes and one row without a class; the same seed gives the same rows. */
    static List<String> rows(long seed) {
        Random random = new Random(seed);
        Set<String> texts = new LinkedHashSet<>();
        List<String> rows = new ArrayList<>();
        ROWS_OF_CLASS.forEach((levels, count) -> {
            String label = levels.substring(levels.indexOf(',') + 1);
            for (int i = 0; i < count; i++) {
                String text = text(random, label);
                while (!texts.add(text)) {
                    text = text(random, label);
                }
                String time = String.format("2024-%02d-%02dT10:20:30.%03dZ", 1 + i % 12, 1 + i % 28, i);
                rows.add(String.join(
                        ",",
                        label + "-" + seed + "-" + i,
                        levels,
                        text,
                        String.valueOf(random.nextInt(100) / 4.0),
                        time));
            }
        });
        rows.add("lost-" + seed + ",,,neither fish nor fowl,1.0,2024-01-01T00:00:00Z");
        return rows;
    }

    /** Four to seven words: some typical of the class, others common to all classes. */
    private static String text(Random random, String label) {
        StringBuilder text = new StringBuilder();
        int words = 4 + random.nextInt(4);
        for (int i = 0; i < words; i++) {
            String word = random.nextInt(3) == 0 ? label + random.nextInt(12) : "word" + random.nextInt(40);
            text.append(i == 0 ? "" : " ").append(word);
        }
        return text.toString();
    }

    /**
     * The rows of the present version of a table, as a table of one partition in memory. They are read in this process,
     * so that a query over them plans no scan and needs no shuffle.
     */
    static Dataset<Row> table(SparkSession spark, Path store, TableDefinition table) {
        TableVersion version = version(store, table).orElseThrow();
        return spark.createDataFrame(version.rows(version.schema(), List.of()), version.schema())
                .coalesce(1);
    }

    /** The present version of a table, with its protocol, comment and properties. */
    static SnapshotImpl snapshot(Path store, TableDefinition table) {
        Engine engine = DefaultEngine.create(HADOOP);
        return (SnapshotImpl)
                Table.forPath(engine, store.resolve(table.name()).toString()).getLatestSnapshot(engine);
    }

    private static Optional<TableVersion> version(Path store, TableDefinition table) {
        return TableVersion.latest(HADOOP, store.resolve(table.name()).toString());
    }

    /** The rows of a model, or all rows of a table without models, in order, with run ids but without times. */
    static List<String> rowsOf(String model, Path store, TableDefinition definition) {
        return ofModel(model, store, definition, Set.of("scored_at", "trained_at", "artifact", "sha256"));
    }

    /**
     * The rows of a model, or all rows of a table without models, in order, without columns that differ between equal
     * runs.
     */
    static List<String> rowsInAnyRun(String model, Path store, TableDefinition definition) {
        return ofModel(model, store, definition, OF_THE_RUN);
    }

    /** The rows of a version of a table, in order. */
    static List<String> rowsAt(long version, Path store, String table) {
        TableVersion rows = TableVersion.of(HADOOP, store.resolve(table).toString(), version);
        return rows.rows(rows.schema(), List.of()).stream()
                .map(Row::json)
                .sorted()
                .toList();
    }

    private static List<String> ofModel(String model, Path store, TableDefinition definition, Set<String> without) {
        // without calibration, its tables do not exist
        return version(store, definition).stream()
                .flatMap(version -> version.rows(kept(version.schema(), without), List.of()).stream())
                .filter(row ->
                        !List.of(row.schema().fieldNames()).contains("model") || model.equals(row.getAs("model")))
                .map(Row::json)
                .sorted()
                .toList();
    }

    private static StructType kept(StructType columns, Set<String> without) {
        return new StructType(Arrays.stream(columns.fields())
                .filter(column -> !without.contains(column.name()))
                .toArray(StructField[]::new));
    }

    /** Number of the latest commit of each table of a store. */
    static Map<String, Long> versions(Path store) {
        Map<String, Long> versions = new TreeMap<>();
        for (Path commit : commits(store)) {
            String table = commit.getParent().getParent().getFileName().toString();
            versions.merge(table, version(commit), Math::max);
        }
        return versions;
    }

    static long version(Path commit) {
        return Long.parseLong(commit.getFileName().toString().replaceAll("\\D.*", ""));
    }

    /** The commit files of all tables of a store. */
    static List<Path> commits(Path store) {
        List<Path> commits = new ArrayList<>();
        for (Path table : list(store)) {
            for (Path file : list(table.resolve("_delta_log"))) {
                if (file.getFileName().toString().matches("\\d{20}\\.json")) {
                    commits.add(file);
                }
            }
        }
        return commits;
    }

    static List<Path> list(Path folder) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void write(Path file, String text) {
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void delete(Path folder) {
        for (Path file : list(folder)) {
            delete(file);
        }
        try {
            Files.deleteIfExists(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void copy(Path from, Path to) {
        try (Stream<Path> files = Files.walk(from)) {
            // a lease on the original is no lease on the copy
            for (Path file :
                    files.filter(path -> !path.toString().contains("_lease")).toList()) {
                Files.copy(file, to.resolve(from.relativize(file).toString()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Name and value of each pair, in order. */
    static Map<String, Double> figures(List<Row> pairs) {
        Map<String, Double> figures = new LinkedHashMap<>();
        pairs.forEach(pair -> figures.put(pair.getString(0), pair.getDouble(1)));
        return figures;
    }
}
