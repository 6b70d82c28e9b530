package io.pigeonhole.jobs.sources;

import static io.pigeonhole.transforms.Columns.named;
import static org.apache.spark.sql.functions.abs;
import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.from_csv;
import static org.apache.spark.sql.functions.from_json;
import static org.apache.spark.sql.functions.inline;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.substring;
import static org.apache.spark.sql.functions.when;

import io.pigeonhole.jobs.configuration.Reading;
import io.pigeonhole.jobs.store.delta.RecordFormat;
import io.pigeonhole.jobs.store.delta.RecordReading;
import io.pigeonhole.transforms.records.CsvFormat;
import io.pigeonhole.transforms.records.CsvRecords;
import io.pigeonhole.transforms.records.JsonRecords;
import io.pigeonhole.transforms.records.RecordKind;
import io.pigeonhole.transforms.records.Records;
import io.pigeonhole.transforms.records.TextRecord;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * CSV and JSON files. {@link RecordFormat} says where the records end and which of them are damaged, Spark what their
 * values are. Options are those of Spark's readers, with two other defaults: quotes within quotes are doubled (RFC
 * 4180), and a value in quotes may go on in the next line.
 */
final class RecordFiles {

    private static final Logger LOG = LoggerFactory.getLogger(RecordFiles.class);

    /** Bytes of a file that is worth dividing: twice what Spark gives a task. */
    private static final long LARGE = 1L << 28;

    private static final String ENCODING = "encoding";
    private static final String MULTI_LINE = "multiLine";

    /** A whole number beyond this one may stand for several others as a double. */
    private static final double LARGEST_EXACT = 1L << 53;

    static final String MISFIT = "the row does not fit the schema";

    /** Longest excerpt of a record in its error; the whole record is in {@code raw}. */
    private static final int SHOWN = 200;

    private final SparkSession spark;
    private final String owner;
    private final Reading reading;
    private final RecordKind kind;
    private final CsvFormat csv;
    private final Map<String, String> options;

    private RecordFiles(SparkSession spark, String owner, Reading reading) {
        this.spark = spark;
        this.owner = owner;
        this.reading = reading;
        this.kind = format(reading).equals("csv") ? RecordKind.CSV : RecordKind.JSON;
        this.options = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        options.putAll(reading.options());
        this.csv = csv(options);
    }

    /** Files opened for their rows: as Spark has opened them, and what makes rows of their records. */
    record Opened(Dataset<Row> files, Parsing parsing) {}

    /** Whether files are read here; Spark's own reader does what only it can do. */
    static boolean handles(Reading reading) {
        Map<String, String> given = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        given.putAll(reading.options());
        return List.of("csv", "json").contains(format(reading))
                && reading.path().isPresent()
                && given.getOrDefault("mode", "PERMISSIVE").equalsIgnoreCase("PERMISSIVE")
                && !given.containsKey("lineSep");
    }

    /** The files, for what they are; the rows are not the right ones. */
    static Dataset<Row> files(SparkSession spark, String owner, Reading reading) {
        return new RecordFiles(spark, owner, reading).load(true);
    }

    /**
     * Opens the files.
     *
     * @param corrupt column that receives the text of a damaged record
     * @param id column of the ids, if it is known; whole numbers in it stay exact
     */
    static Opened open(SparkSession spark, String owner, Reading reading, String corrupt, Optional<String> id) {
        return new RecordFiles(spark, owner, reading).open(corrupt, id);
    }

    private Opened open(String corrupt, Optional<String> id) {
        List<Position.File> all = Inventory.of(load(true)).files();
        Configuration hadoop = spark.sparkContext().hadoopConfiguration();
        Optional<FirstBytes.Head> head = FirstBytes.check(hadoop, owner, all, encoding());
        boolean byLines = byLines(head.map(FirstBytes.Head::bytes));
        if (!byLines) {
            all.stream()
                    .filter(file -> file.length() > LARGE)
                    .findFirst()
                    .ifPresent(file -> LOG.info(
                            "{}: {} is read by one task, since a value may go on in the next line. If none does, set options {"
                                    + " multiLine = false } under 'read', and several tasks read it",
                            owner,
                            file.path()));
        }
        Dataset<Row> files = load(byLines);
        Optional<TextRecord> first =
                kind == RecordKind.CSV ? head.flatMap(file -> first(hadoop, file)) : Optional.empty();
        List<String> names = first.map(this::names).orElse(List.of());
        StructType schema = schema(files, first, names, id);
        requireDistinct(schema);
        StructType withCorrupt = Arrays.asList(schema.fieldNames()).contains(corrupt)
                ? schema
                : schema.add(corrupt, DataTypes.StringType);
        return new Opened(files, new Parsing(kind, withCorrupt, corrupt, parserOptions(corrupt)));
    }

    private Dataset<Row> load(boolean byLines) {
        Map<String, String> all = new HashMap<>(reading.options());
        all.putAll(RecordFormat.options(
                kind, csv, byLines, encoding().orElse("UTF-8"), kind == RecordKind.CSV && hasHeader()));
        DataFrameReader reader =
                spark.read().format(RecordFormat.class.getName()).options(all);
        Dataset<Row> rows = reader.load(reading.path().orElseThrow());
        return FolderNames.asText(rows)
                .map(schema -> reader.schema(schema).load(reading.path().orElseThrow()))
                .orElse(rows);
    }

    private RecordReading wholeFiles() {
        return new RecordReading(kind, csv, false, encoding().orElse("UTF-8"), false);
    }

    private boolean byLines(Optional<byte[]> first) {
        Optional<Boolean> multiLine = option(MULTI_LINE).map(Boolean::parseBoolean);
        if (kind == RecordKind.CSV) {
            return csv.quote() == 0 || multiLine.equals(Optional.of(false));
        }
        return multiLine
                .map(several -> !several)
                .orElseGet(() -> encoding().isEmpty()
                        && first.map(JsonRecords::isByLines).orElse(true));
    }

    private static CsvFormat csv(Map<String, String> options) {
        String separator = Optional.ofNullable(options.get("sep"))
                .or(() -> Optional.ofNullable(options.get("delimiter")))
                .map(text -> text.equals("\\t") ? "\t" : text)
                .orElse(",");
        char quote = character(options, "quote", '"');
        return new CsvFormat(
                separator,
                quote,
                character(options, "escape", quote),
                character(options, "comment", '\0'),
                !"false".equalsIgnoreCase(options.get(MULTI_LINE)));
    }

    private static char character(Map<String, String> options, String name, char otherwise) {
        String given = options.get(name);
        if (given == null) {
            return otherwise;
        }
        return given.isEmpty() ? '\0' : given.charAt(0);
    }

    private Optional<TextRecord> first(Configuration hadoop, FirstBytes.Head head) {
        try (Records records = wholeFiles().open(hadoop, head.path())) {
            return records.next();
        } catch (IOException e) {
            throw SourcesErrors.fileCannotBeListed(head.path(), e);
        }
    }

    private boolean hasHeader() {
        return option("header").map(Boolean::parseBoolean).orElse(false);
    }

    /** Names of the columns, as Spark gives them: blank names become numbers, and equal ones get a number. */
    private List<String> names(TextRecord first) {
        List<String> values = CsvRecords.values(first.text(), csv);
        List<String> names = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        Set<String> twice = new HashSet<>();
        for (String value : values) {
            String key = value.toLowerCase(Locale.ROOT);
            if (!seen.add(key)) {
                twice.add(key);
            }
        }
        for (int i = 0; i < values.size(); i++) {
            String value = values.get(i);
            if (!hasHeader() || value.isEmpty()) {
                names.add("_c" + i);
            } else {
                names.add(twice.contains(value.toLowerCase(Locale.ROOT)) ? value + i : value);
            }
        }
        return names;
    }

    private StructType schema(Dataset<Row> files, Optional<TextRecord> first, List<String> names, Optional<String> id) {
        Optional<String> given = option("schema");
        if (given.isPresent()) {
            return StructType.fromDDL(given.get());
        }
        if (kind == RecordKind.JSON) {
            return exactIds(files, inferred(files, Optional.empty()), id);
        }
        StructType texts = new StructType();
        for (String name : names) {
            texts = texts.add(name, DataTypes.StringType);
        }
        boolean infers = option("inferSchema").map(Boolean::parseBoolean).orElse(false);
        return infers && !names.isEmpty() ? exactIds(files, numbers(files, texts, first.orElseThrow()), id) : texts;
    }

    /** The types that Spark infers from the sound records. */
    private StructType inferred(Dataset<Row> files, Optional<String> header) {
        Dataset<String> sound = files.filter(col(RecordFormat.PROBLEM).isNull())
                .select(RecordFormat.RECORD)
                .as(Encoders.STRING());
        Map<String, String> parser = parserOptions("");
        if (kind == RecordKind.JSON) {
            return spark.read().options(parser).json(sound).schema();
        }
        Dataset<String> all = header.map(line ->
                        spark.createDataset(List.of(line), Encoders.STRING()).union(sound))
                .orElse(sound);
        return spark.read().options(parser).option("header", false).csv(all).schema();
    }

    /** The types that Spark infers; a column of numbers with leading zeros stays text, as 007 and 7 differ. */
    private StructType numbers(Dataset<Row> files, StructType texts, TextRecord first) {
        Optional<String> header = hasHeader() ? Optional.empty() : Optional.of(first.text());
        StructType inferred = inferred(files, header);
        Map<String, Column> zeros = new TreeMap<>();
        for (int i = 0; i < texts.length(); i++) {
            if (i < inferred.length() && inferred.apply(i).dataType() instanceof NumericType) {
                String name = texts.apply(i).name();
                zeros.put(name, max(named(name).rlike("^\\s*[+-]?0[0-9]")));
            }
        }
        Map<String, Boolean> withZeros = maxima(files, texts, zeros);
        StructType schema = new StructType();
        for (int i = 0; i < texts.length(); i++) {
            StructField text = texts.apply(i);
            boolean isText = i >= inferred.length() || withZeros.getOrDefault(text.name(), false);
            schema = schema.add(
                    text.name(),
                    isText ? DataTypes.StringType : inferred.apply(i).dataType());
        }
        return schema;
    }

    /** Ids that Spark takes for doubles stay text if some of them are too large to be exact. */
    private StructType exactIds(Dataset<Row> files, StructType schema, Optional<String> id) {
        Optional<StructField> doubles = id.flatMap(name -> Arrays.stream(schema.fields())
                .filter(field -> field.name().equals(name) && field.dataType().equals(DataTypes.DoubleType))
                .findFirst());
        if (doubles.isEmpty()) {
            return schema;
        }
        String name = doubles.get().name();
        Map<String, Boolean> large =
                maxima(files, schema, Map.of(name, max(abs(named(name)).geq(LARGEST_EXACT))));
        StructType exact = new StructType();
        for (StructField field : schema.fields()) {
            boolean isText = field.name().equals(name) && large.getOrDefault(name, false);
            exact = exact.add(field.name(), isText ? DataTypes.StringType : field.dataType());
        }
        return exact;
    }

    private Map<String, Boolean> maxima(Dataset<Row> files, StructType schema, Map<String, Column> conditions) {
        Map<String, Boolean> maxima = new TreeMap<>();
        if (conditions.isEmpty()) {
            return maxima;
        }
        Column[] columns = conditions.values().toArray(Column[]::new);
        String corrupt = "__corrupt";
        Row row = new Parsing(kind, schema.add(corrupt, "string"), corrupt, parserOptions(corrupt))
                .parse(files)
                .agg(columns[0], Arrays.copyOfRange(columns, 1, columns.length))
                .head();
        int i = 0;
        for (String name : conditions.keySet()) {
            maxima.put(name, !row.isNullAt(i) && row.getBoolean(i));
            i++;
        }
        return maxima;
    }

    private void requireDistinct(StructType schema) {
        if (Boolean.parseBoolean(spark.conf().get("spark.sql.caseSensitive"))) {
            return;
        }
        Map<String, String> seen = new HashMap<>();
        for (String name : schema.fieldNames()) {
            String other = seen.put(name.toLowerCase(Locale.ROOT), name);
            if (other != null) {
                throw SourcesErrors.caseClash(owner, other, name);
            }
        }
    }

    /** Options for the parser of single records. */
    private Map<String, String> parserOptions(String corrupt) {
        Map<String, String> parser = new HashMap<>();
        options.forEach((name, value) -> {
            if (!List.of("schema", "header", "inferschema", ENCODING, "charset", "multiline", "delimiter")
                    .contains(name.toLowerCase(Locale.ROOT))) {
                parser.put(name, value);
            }
        });
        if (kind == RecordKind.CSV) {
            parser.put("sep", csv.separator());
            parser.put("escape", String.valueOf(csv.escape()));
            parser.put("inferSchema", option("inferSchema").orElse("false"));
        }
        // line ends within quotes stay as they are
        parser.put(MULTI_LINE, "true");
        if (!corrupt.isEmpty()) {
            parser.put("columnNameOfCorruptRecord", corrupt);
        }
        return parser;
    }

    private Optional<String> encoding() {
        return option(ENCODING).or(() -> option("charset"));
    }

    private Optional<String> option(String name) {
        return Optional.ofNullable(options.get(name));
    }

    private static String format(Reading reading) {
        return reading.format().orElse("").toLowerCase(Locale.ROOT);
    }

    /**
     * Makes rows of records: the columns of the schema, the problem of a damaged record, and the columns from the names
     * of folders. All values of a damaged record are null, and {@code corrupt} has its text.
     *
     * @param schema columns, and that of damaged records
     * @param corrupt the latter
     */
    record Parsing(RecordKind kind, StructType schema, String corrupt, Map<String, String> options) {

        /** The rows of files or of a part of them. */
        Dataset<Row> parse(Dataset<Row> files) {
            return parse(files, List.of());
        }

        /** @param hidden hidden columns of the files to show, such as {@code _metadata} */
        Dataset<Row> parse(Dataset<Row> files, List<String> hidden) {
            Column record = col(RecordFormat.RECORD);
            Column values = kind == RecordKind.CSV
                    ? from_csv(record, lit(schema.toDDL()), options)
                    : from_json(record, schema, options);
            List<String> own = List.of(RecordFormat.RECORD, RecordFormat.PROBLEM, RecordFormat.LINE);
            List<Column> columns = new ArrayList<>();
            Arrays.stream(files.columns())
                    .filter(name -> !own.contains(name) || name.equals(RecordFormat.PROBLEM))
                    .forEach(name -> columns.add(named(name)));
            columns.add(col(RecordFormat.RECORD));
            hidden.forEach(name -> columns.add(named(name)));
            // a generator, since the optimizer would parse a record once for each of its columns
            columns.add(inline(array(values)));
            Dataset<Row> parsed = files.select(columns.toArray(Column[]::new));
            Column problem = col(RecordFormat.PROBLEM);
            Column excerpt = concat(lit(": "), substring(col(RecordFormat.RECORD), 1, SHOWN));
            List<Column> result = new ArrayList<>();
            for (String name : schema.fieldNames()) {
                Column value = name.equals(corrupt)
                        ? when(problem.isNotNull(), col(RecordFormat.RECORD)).otherwise(named(name))
                        : when(problem.isNull(), named(name));
                result.add(value.as(name));
            }
            result.add(concat(coalesce(problem, when(named(corrupt).isNotNull(), lit(MISFIT))), excerpt)
                    .as(RecordFormat.PROBLEM));
            Arrays.stream(files.columns()).filter(name -> !own.contains(name)).forEach(name -> result.add(named(name)));
            hidden.forEach(name -> result.add(named(name)));
            return parsed.select(result.toArray(Column[]::new));
        }
    }
}
