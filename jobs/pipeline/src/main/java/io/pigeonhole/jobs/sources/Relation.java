package io.pigeonhole.jobs.sources;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.substring;
import static org.apache.spark.sql.functions.to_json;

import io.pigeonhole.jobs.configuration.Reading;
import io.pigeonhole.jobs.configuration.Suggestions;
import io.pigeonhole.jobs.store.delta.RecordFormat;
import io.pigeonhole.transforms.Columns;
import io.pigeonhole.transforms.PipelineException;
import io.pigeonhole.transforms.cleaning.Invisible;
import io.pigeonhole.transforms.records.CsvSeparators;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * An opened {@link Reading}.
 *
 * @param owner owner of the reading, which begins error messages
 * @param files what Spark has opened, which tells files and versions
 * @param parsing makes rows of {@code files} or of a part of them
 * @param rows its rows, not read yet
 * @param corruptColumn column with the original text of a row of CSV or JSON that does not fit the schema
 * @param damaged the same rows where a query selects from the others: their text and their problem
 */
record Relation(
        String owner,
        Dataset<Row> files,
        UnaryOperator<Dataset<Row>> parsing,
        Dataset<Row> rows,
        Optional<String> corruptColumn,
        Optional<Dataset<Row>> damaged) {

    /** Column of {@link #rows} and {@link #damaged}: why a row cannot be read; null for a sound row. */
    static final String PROBLEM = RecordFormat.PROBLEM;

    /** Column of {@link #damaged}: the row's text. */
    static final String TEXT = RecordFormat.RECORD;

    /** View of the path or table, for queries. */
    private static final String VIEW = "input";

    /** Hidden column of files that a query may select from. */
    private static final String METADATA = "_metadata";

    private static final String SCHEMA_OPTION = "schema";

    /** Formats whose schema can be inferred only by reading the rows. */
    private static final List<String> PLAIN_TEXT = List.of("csv", "json", "xml");

    /** @throws PipelineException if the data do not exist or cannot be read */
    static Relation open(SparkSession spark, String owner, Reading reading) {
        return open(spark, owner, reading, Optional.empty());
    }

    /** @param id column of the ids, if it is known */
    static Relation open(SparkSession spark, String owner, Reading reading, Optional<String> id) {
        return ReadFailures.explain(owner, reading, () -> {
            if (ParallelFiles.handles(reading)) {
                ParallelFiles.check(spark, owner, reading);
                Dataset<Row> lines = ParallelFiles.rows(spark, reading);
                return new Relation(owner, lines, UnaryOperator.identity(), lines, Optional.empty(), Optional.empty())
                        .select(spark, reading, lines, ParallelFiles.VALUE);
            }
            return RecordFiles.handles(reading)
                    ? openRecords(spark, owner, reading, id)
                    : openRows(spark, owner, reading);
        });
    }

    private static Relation openRecords(SparkSession spark, String owner, Reading reading, Optional<String> id) {
        String corrupt = corruptName(spark, reading);
        RecordFiles.Opened opened = RecordFiles.open(spark, owner, reading, corrupt, id);
        List<String> hidden = reading.query().orElse("").contains(METADATA) ? List.of(METADATA) : List.of();
        return new Relation(
                        owner,
                        opened.files(),
                        opened.parsing()::parse,
                        opened.parsing().parse(opened.files()),
                        Optional.of(corrupt),
                        Optional.empty())
                .select(spark, reading, opened.parsing().parse(opened.files(), hidden), corrupt);
    }

    /**
     * What the reading's query selects from the sound rows, if it has one; the damaged rows stay apart.
     *
     * @param shown the rows that the query sees, once the damaged ones are left out
     * @param text column with the text of a damaged row
     */
    private Relation select(SparkSession spark, Reading reading, Dataset<Row> shown, String text) {
        if (reading.query().isEmpty()) {
            return this;
        }
        Dataset<Row> sound = shown.filter(col(PROBLEM).isNull()).drop(PROBLEM);
        Dataset<Row> selected =
                select(spark, Optional.of(sound), reading.query().get());
        return new Relation(
                owner,
                selected,
                UnaryOperator.identity(),
                selected,
                corruptColumn.filter(List.of(selected.columns())::contains),
                Optional.of(rows.filter(col(PROBLEM).isNotNull())
                        .select(Columns.named(text).as(TEXT), col(PROBLEM))));
    }

    private static Relation openRows(SparkSession spark, String owner, Reading reading) {
        Optional<Dataset<Row>> base = base(spark, reading);
        String corrupt = corruptName(spark, reading);
        Dataset<Row> rows = reading.query()
                .map(query -> select(spark, base.map(input -> sound(input, reading, corrupt)), query))
                .or(() -> base)
                .orElseThrow();
        Optional<Dataset<Row>> damaged = base.filter(input -> reading.query().isPresent() && keepsCorruptRows(reading))
                .map(input -> input.filter(Columns.named(corrupt).isNotNull())
                        .select(
                                Columns.named(corrupt).as(TEXT),
                                concat(lit(RecordFiles.MISFIT + ": "), Columns.named(corrupt), nothing())
                                        .as(PROBLEM)));
        return new Relation(owner, rows, UnaryOperator.identity(), rows, kept(rows, corrupt), damaged);
    }

    /** An empty text of all columns: Spark refuses to read the column of corrupt rows alone. */
    private static Column nothing() {
        return substring(to_json(struct("*")), 1, 0);
    }

    /** The rows that a query sees, with the hidden column of files if it names it. */
    private static Dataset<Row> sound(Dataset<Row> input, Reading reading, String corrupt) {
        Dataset<Row> shown =
                reading.query().orElse("").contains(METADATA) ? input.select(col("*"), col(METADATA)) : input;
        return keepsCorruptRows(reading) ? shown.filter(Columns.named(corrupt).isNull()) : shown;
    }

    private static Optional<String> kept(Dataset<Row> rows, String corrupt) {
        return Arrays.asList(rows.columns()).contains(corrupt) ? Optional.of(corrupt) : Optional.empty();
    }

    /**
     * The same files, tables and versions, opened with as little reading as possible. The columns are not the right
     * ones.
     */
    static Relation openForInputs(SparkSession spark, String owner, Reading reading) {
        boolean isParallel = ParallelFiles.handles(reading);
        if (!isParallel
                && (reading.query().isPresent() || reading.path().isEmpty() || !PLAIN_TEXT.contains(format(reading)))) {
            return open(spark, owner, reading);
        }
        return ReadFailures.explain(owner, reading, () -> {
            if (isParallel) {
                Dataset<Row> lines = ParallelFiles.rows(spark, reading);
                return new Relation(owner, lines, UnaryOperator.identity(), lines, Optional.empty(), Optional.empty());
            }
            Dataset<Row> rows = RecordFiles.handles(reading)
                    ? RecordFiles.files(spark, owner, reading)
                    : reader(spark, reading)
                            .schema("value STRING")
                            .load(reading.path().get());
            return new Relation(owner, rows, UnaryOperator.identity(), rows, Optional.empty(), Optional.empty());
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

    /** The same relation with a part of the files, or with other rows of the same columns. */
    Relation with(Dataset<Row> others) {
        return new Relation(owner, others, parsing, parsing.apply(others), corruptColumn, damaged);
    }

    /** Whether the rows have a column with their problem. */
    boolean hasProblems() {
        return Arrays.asList(rows.columns()).contains(PROBLEM);
    }

    /** The rows without the columns that only say which of them are damaged. */
    Dataset<Row> plain() {
        Dataset<Row> plain = hasProblems() ? rows.drop(PROBLEM) : rows;
        return corruptColumn.map(plain::drop).orElse(plain);
    }

    /**
     * Refuses damaged rows, for tables whose rows have no place among the rejects.
     *
     * @throws PipelineException (data contract) that shows one of them, if there are any
     */
    void refuseDamaged() {
        Optional<Dataset<Row>> problems = damaged.map(rejected -> rejected.select(PROBLEM))
                .or(() -> hasProblems()
                        ? Optional.of(rows.select(PROBLEM).filter(col(PROBLEM).isNotNull()))
                        : Optional.empty());
        problems.ifPresent(some -> {
            Row found = some.agg(count(lit(1)), min(PROBLEM)).head();
            if (found.getLong(0) > 0) {
                throw SourcesErrors.damagedRows(owner, found.getLong(0), found.getString(1));
            }
        });
    }

    /**
     * The column of that name, which may be a field within a column, such as {@code meta.label}. Spark's setting decides
     * whether letter case matters.
     */
    Optional<Field> field(String name) {
        Optional<StructField> whole = field(rows.schema(), name);
        if (whole.isPresent()) {
            return whole.map(field -> new Field(Columns.named(field.name()), field.dataType()));
        }
        String[] steps = name.split("\\.", -1);
        Optional<Field> found =
                field(rows.schema(), steps[0]).map(field -> new Field(Columns.named(field.name()), field.dataType()));
        for (int i = 1; i < steps.length; i++) {
            String step = steps[i];
            found = found.flatMap(outer -> outer.type() instanceof StructType fields
                    ? field(fields, step)
                            .map(field -> new Field(outer.column().getField(field.name()), field.dataType()))
                    : Optional.empty());
        }
        return found;
    }

    /** A column, or a field within one. */
    record Field(Column column, DataType type) {}

    private Optional<StructField> field(StructType schema, String name) {
        boolean caseSensitive = Boolean.parseBoolean(rows.sparkSession().conf().get("spark.sql.caseSensitive"));
        return Stream.concat(
                        Arrays.stream(schema.fields())
                                .filter(field -> field.name().equals(name)),
                        Arrays.stream(schema.fields())
                                .filter(field -> !caseSensitive && field.name().equalsIgnoreCase(name)))
                .findFirst();
    }

    /** @throws PipelineException (data contract) listing all missing columns, and those that exist */
    void require(List<String> names) {
        List<String> present = new ArrayList<>();
        for (StructField field : rows.schema().fields()) {
            if (!field.name().equals(PROBLEM) && !corruptColumn.equals(Optional.of(field.name()))) {
                present.add(field.name());
                if (field.dataType() instanceof StructType fields) {
                    Arrays.stream(fields.fieldNames()).forEach(inner -> present.add(field.name() + "." + inner));
                }
            }
        }
        List<String> missing = names.stream()
                .distinct()
                .filter(name -> field(name).isEmpty())
                .map(name -> Suggestions.withNearest(name, present))
                .toList();
        if (!missing.isEmpty()) {
            throw SourcesErrors.columnsMissing(
                    owner, missing, present.stream().map(Relation::shown).toList(), remedy(present));
        }
    }

    /** A name with blanks or invisible characters at its ends, in quotes and with these characters as codes. */
    private static String shown(String name) {
        String visible = Invisible.shown(name);
        return visible.equals(name) && name.equals(name.strip()) ? name : "'" + visible + "'";
    }

    private String remedy(List<String> present) {
        if (present.isEmpty()) {
            return "No row of it could be read.";
        }
        Optional<Character> separator = present.size() == 1 ? CsvSeparators.ofHeader(present.get(0)) : Optional.empty();
        if (separator.isPresent()) {
            return "Its values are separated by " + CsvSeparators.name(separator.get()) + ": set options { sep = \""
                    + CsvSeparators.option(separator.get()) + "\" } under 'read'.";
        }
        if (present.stream().allMatch(name -> name.matches("_c\\d+"))) {
            return "If its first line holds the names, set options { header = true }.";
        }
        if (present.stream().anyMatch(name -> !name.equals(name.strip()))) {
            return "Names in quotes have blanks or invisible characters at their ends: write them so under 'columns', or"
                    + " correct the header.";
        }
        return "Correct the names under 'columns', or make the columns by a 'query'."
                + (present.stream().anyMatch(name -> name.contains("."))
                        ? " A field within a column is named with a dot."
                        : "");
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
        Dataset<Row> opened = load(reader(spark, reading), reading);
        Dataset<Row> rows = reading.path().isPresent()
                ? FolderNames.asText(opened)
                        .map(schema -> load(reader(spark, reading).schema(schema), reading))
                        .orElse(opened)
                : opened;
        return Optional.of(
                keepsCorruptRows(reading)
                        ? withCorruptColumn(spark, reading, rows.schema())
                        : pinned(spark, reading, rows));
    }

    private static DataFrameReader reader(SparkSession spark, Reading reading) {
        Map<String, String> options = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        options.putAll(reading.options());
        Optional<String> schema = Optional.ofNullable(options.remove(SCHEMA_OPTION));
        if (format(reading).equals("csv")) {
            // whether a row fits the schema must not depend on the columns selected
            options.putIfAbsent("columnPruning", "false");
            // quotes within quotes are doubled, as RFC 4180 says
            options.putIfAbsent("escape", options.getOrDefault("quote", "\""));
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
