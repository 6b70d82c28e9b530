package io.pigeonhole.jobs.sources;

import io.pigeonhole.jobs.configuration.SourceConfig;
import io.pigeonhole.jobs.runs.Input;
import io.pigeonhole.transforms.Columns;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructType;

/**
 * The locale data of the JDK as labelled rows. The label is the language and the path is script and language. The
 * fields are {@code text} and, for slices, {@code category} (country, month, ...).
 */
record CldrSource(Supplier<SparkSession> sparks, SourceConfig.Cldr config) implements Source {

    private static final StructType TEXTS =
            StructType.fromDDL("id STRING, text STRING, language STRING, script STRING, category STRING");

    private static final StructType ROWS = StructType.fromDDL("source STRING, raw STRING, example_id STRING,"
            + " label STRING, path ARRAY<STRING>, event_time TIMESTAMP, label_time TIMESTAMP, parse_error STRING,"
            + " category STRING, text STRING");

    /** Small enough that each partition reaches its task as a small message. */
    private static final int ROWS_PER_PARTITION = 8192;

    @Override
    public String name() {
        return config.name();
    }

    @Override
    public StructType schema() {
        return ROWS;
    }

    /** The JDK's version, which determines the version of its locale data. */
    @Override
    public List<Input> inputs() {
        return List.of(new Input(
                name(), Optional.empty(), "locale data of Java " + System.getProperty("java.runtime.version")));
    }

    @Override
    public SourceSize size() {
        return SourceSize.UNKNOWN;
    }

    @Override
    public SourceRows read(Check check) {
        return read(CldrProcess.collect());
    }

    SourceRows read(CldrTable table) {
        Map<String, Long> languages = table.texts().stream()
                .collect(Collectors.groupingBy(CldrText::language, TreeMap::new, Collectors.counting()));
        Set<String> large = languages.entrySet().stream()
                .filter(language -> language.getValue() >= config.minimumPerLanguage())
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
        List<CldrText> texts = table.texts().stream()
                .filter(text -> large.contains(text.language()))
                .toList();
        if (large.size() < 2) {
            throw SourcesErrors.tooFewLanguages(name(), languages.size(), large.size(), config.minimumPerLanguage());
        }
        Map<String, Double> figures = new TreeMap<>();
        table.leftOut().forEach((reason, count) -> figures.put(reason, count.doubleValue()));
        figures.put("texts", (double) texts.size());
        figures.put("languages", (double) large.size());
        figures.put("scripts", (double)
                texts.stream().map(CldrText::script).distinct().count());
        figures.put("languages_too_small", (double) (languages.size() - large.size()));
        figures.put("texts_of_languages_too_small", (double) (table.texts().size() - texts.size()));
        return new SourceRows(rows(texts), inputs(), figures);
    }

    private Dataset<Row> rows(List<CldrText> texts) {
        List<Row> rows = texts.stream()
                .map(text -> RowFactory.create(text.id(), text.text(), text.language(), text.script(), text.category()))
                .toList();
        int partitions = rows.size() / ROWS_PER_PARTITION + 1;
        SparkSession spark = sparks.get();
        Dataset<Row> table = spark.createDataFrame(
                JavaSparkContext.fromSparkContext(spark.sparkContext()).parallelize(rows, partitions), TEXTS);
        Column none = functions.lit(null);
        return table.select(
                functions.lit(name()).as(Columns.SOURCE),
                functions.to_json(functions.struct("*")).as(Columns.RAW),
                functions.col("id").as(Columns.EXAMPLE_ID),
                functions.col("language").as(Columns.LABEL),
                functions.array("script", "language").as(Columns.PATH),
                none.cast("timestamp").as(Columns.EVENT_TIME),
                none.cast("timestamp").as(Columns.LABEL_TIME),
                none.cast("string").as(Columns.PARSE_ERROR),
                functions.col("category"),
                functions.col("text"));
    }
}
