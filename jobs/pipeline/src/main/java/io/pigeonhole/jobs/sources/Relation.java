package io.pigeonhole.jobs.sources;

import io.pigeonhole.jobs.configuration.Reading;
import io.pigeonhole.jobs.configuration.Suggestions;
import io.pigeonhole.transforms.PipelineException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * An opened {@link Reading}.
 *
 * @param owner owner of the reading, which begins error messages
 * @param rows its rows, not read yet
 * @param corruptColumn column with the original text of a row of CSV or JSON that does not fit the schema
 */
record Relation(String owner, Dataset<Row> rows, Optional<String> corruptColumn) {

    /** View of the path or table, for queries. */
    private static final String VIEW = "input";

    private static final String SCHEMA_OPTION = "schema";

    /** Formats whose schema can be inferred only by reading the rows. */
    private static final List<String> PLAIN_TEXT = List.of("csv", "json", "xml");

    /** @throws PipelineException if the data do not exist or cannot be read */
    static Relation open(SparkSession spark, String owner, Reading reading) {
        return ReadFailures.explain(owner, reading, () -> {
            Optional<Dataset<Row>> base = base(spark, reading);
            Dataset<Row> rows = reading.query()
                    .map(query -> select(spark, base, query))
                    .or(() -> base)
                    .orElseThrow();
            String corrupt = corruptName(spark, reading);
            boolean hasCorrupt = Arrays.asList(rows.columns()).contains(corrupt);
            return new Relation(owner, rows, hasCorrupt ? Optional.of(corrupt) : Optional.empty());
        });
    }

    /**
     * The same files, tables and versions, opened with as little reading as possible. The columns are not the right
     * ones.
     */
    static Relation openForInputs(SparkSession spark, String owner, Reading reading) {
        if (reading.query().isPresent() || reading.path().isEmpty() || !PLAIN_TEXT.contains(format(reading))) {
            return open(spark, owner, reading);
        }
        return ReadFailures.explain(owner, reading, () -> {
            Dataset<Row> rows = reader(spark, reading)
                    .schema("value STRING")
                    .load(reading.path().get());
            return new Relation(owner, rows, Optional.empty());
        });
    }

    /** The rows of the change data feed of a Delta table for some versions. */
    static Dataset<Row> feed(SparkSession spark, String owner, Reading reading, long first, long last) {
        Reading unpinned = reading.withoutPin();
        return ReadFailures.explain(
                owner,
                reading,
                () -> load(
                        reader(spark, unpinned)
                                .option("readChangeFeed", true)
                                .option("startingVersion", first)
                                .option("endingVersion", last),
                        unpinned));
    }

    /** The same relation with other rows of the same columns. */
    Relation with(Dataset<Row> others) {
        return new Relation(owner, others, corruptColumn);
    }

    /** The column of that name; Spark's setting decides whether letter case matters. */
    Optional<StructField> field(String name) {
        StructField[] fields = rows.schema().fields();
        boolean caseSensitive = Boolean.parseBoolean(rows.sparkSession().conf().get("spark.sql.caseSensitive"));
        return Stream.concat(
                        Arrays.stream(fields).filter(field -> field.name().equals(name)),
                        Arrays.stream(fields)
                                .filter(field -> !caseSensitive && field.name().equalsIgnoreCase(name)))
                .findFirst();
    }

    /** @throws PipelineException (data contract) listing all missing columns, and those that exist */
    void require(List<String> names) {
        List<String> present = List.of(rows.columns());
        List<String> missing = names.stream()
                .distinct()
                .filter(name -> field(name).isEmpty())
                .map(name -> Suggestions.withNearest(name, present))
                .toList();
        if (!missing.isEmpty()) {
            throw SourcesErrors.columnsMissing(owner, missing, present, remedy(present));
        }
    }

    private String remedy(List<String> present) {
        if (present.stream().allMatch(name -> name.matches("_c\\d+") || corruptColumn.equals(Optional.of(name)))) {
            return corruptColumn.equals(Optional.of(present.get(0)))
                    ? "No row of it is JSON on a line of its own; for documents over several lines set"
                            + " options { multiLine = true }."
                    : "If its first line holds the names, set options { header = true }.";
        }
        return "Correct the names under 'columns', or make the columns by a 'query'.";
    }

    private static Dataset<Row> select(SparkSession spark, Optional<Dataset<Row>> base, String query) {
        // the query is resolved at once, so the next source can reuse the view's name
        base.ifPresent(rows -> rows.createOrReplaceTempView(VIEW));
        ImagePixels.register(spark);
        try {
            return spark.sql(query);
        } finally {
            if (base.isPresent()) {
                spark.catalog().dropTempView(VIEW);
            }
        }
    }

    private static Optional<Dataset<Row>> base(SparkSession spark, Reading reading) {
        if (reading.table().isEmpty()
                && reading.path().isEmpty()
                && reading.format().isEmpty()) {
            return Optional.empty();
        }
        Dataset<Row> rows = load(reader(spark, reading), reading);
        return Optional.of(
                keepsCorruptRows(reading)
                        ? withCorruptColumn(spark, reading, rows.schema())
                        : pinned(spark, reading, rows));
    }

    private static DataFrameReader reader(SparkSession spark, Reading reading) {
        Map<String, String> options = new TreeMap<>(reading.options());
        Optional<String> schema = Optional.ofNullable(options.remove(SCHEMA_OPTION));
        if (format(reading).equals("csv") && option(reading, "columnPruning").isEmpty()) {
            // whether a row fits the schema must not depend on the columns selected
            options.put("columnPruning", "false");
        }
        reading.version().ifPresent(version -> options.put("versionAsOf", version.toString()));
        reading.timestamp()
                .map(timestamp -> PastVersions.option(spark, reading, timestamp))
                .ifPresent(option -> options.put(option.getKey(), option.getValue()));
        DataFrameReader reader = spark.read().options(options);
        if (reading.format().isPresent()) {
            reader = reader.format(reading.format().get());
        }
        return schema.isPresent() ? reader.schema(schema.get()) : reader;
    }

    private static Dataset<Row> load(DataFrameReader reader, Reading reading) {
        if (reading.table().isPresent()) {
            return reader.table(reading.table().get());
        }
        return reading.path().isPresent() ? reader.load(reading.path().get()) : reader.load();
    }

    /** Pins a Delta table at its present version, so that the rows read later match the fingerprint. */
    private static Dataset<Row> pinned(SparkSession spark, Reading reading, Dataset<Row> rows) {
        if (reading.version().isPresent() || reading.timestamp().isPresent()) {
            return rows;
        }
        return Inventory.of(rows)
                .deltaVersion()
                .map(version -> load(reader(spark, reading).option("versionAsOf", version), reading))
                .orElse(rows);
    }

    private static boolean keepsCorruptRows(Reading reading) {
        return List.of("csv", "json").contains(format(reading))
                && option(reading, "mode").orElse("PERMISSIVE").equalsIgnoreCase("PERMISSIVE");
    }

    private static Dataset<Row> withCorruptColumn(SparkSession spark, Reading reading, StructType schema) {
        String corrupt = corruptName(spark, reading);
        StructType extended = Arrays.asList(schema.fieldNames()).contains(corrupt)
                ? schema
                : schema.add(corrupt, DataTypes.StringType);
        return load(reader(spark, reading).schema(extended), reading);
    }

    private static String corruptName(SparkSession spark, Reading reading) {
        return option(reading, "columnNameOfCorruptRecord")
                .orElseGet(() -> spark.conf().get("spark.sql.columnNameOfCorruptRecord"));
    }

    private static String format(Reading reading) {
        return reading.format().orElse("").toLowerCase(Locale.ROOT);
    }

    /** An option of the reader; names ignore letter case. */
    private static Optional<String> option(Reading reading, String name) {
        return reading.options().entrySet().stream()
                .filter(option -> option.getKey().equalsIgnoreCase(name))
                .map(Map.Entry::getValue)
                .findFirst();
    }
}
