package io.pigeonhole.jobs.sources;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;

import io.pigeonhole.jobs.configuration.Reading;
import io.pigeonhole.jobs.store.delta.RecordFormat;
import io.pigeonhole.transforms.PipelineException;
import io.pigeonhole.transforms.records.CsvFormat;
import io.pigeonhole.transforms.records.RecordKind;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Two text files whose lines belong together, such as texts and their labels: the option {@code parallel} of the format
 * text names the other file. A row has the columns {@code value} and {@code parallel}.
 */
final class ParallelFiles {

    static final String OPTION = "parallel";
    static final String VALUE = "value";

    private ParallelFiles() {}

    static boolean handles(Reading reading) {
        return reading.path().isPresent() && other(reading).isPresent();
    }

    private static Map<String, String> options(Reading reading) {
        Map<String, String> options = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        options.putAll(reading.options());
        return options;
    }

    private static Optional<String> other(Reading reading) {
        return Optional.ofNullable(options(reading).get(OPTION));
    }

    /** Lines of both files side by side, with their problem if they are damaged. */
    static Dataset<Row> rows(SparkSession spark, Reading reading) {
        Dataset<Row> one = lines(spark, reading, reading.path().orElseThrow()).as("one");
        Dataset<Row> two = lines(spark, reading, other(reading).orElseThrow()).as("two");
        return one.join(two, col("one." + RecordFormat.LINE).equalTo(col("two." + RecordFormat.LINE)))
                .select(
                        col("one." + RecordFormat.RECORD).as(VALUE),
                        col("two." + RecordFormat.RECORD).as(OPTION),
                        coalesce(col("one." + RecordFormat.PROBLEM), col("two." + RecordFormat.PROBLEM))
                                .as(Relation.PROBLEM));
    }

    private static Dataset<Row> lines(SparkSession spark, Reading reading, String path) {
        return spark.read()
                .format(RecordFormat.class.getName())
                .options(RecordFormat.options(
                        RecordKind.LINES,
                        CsvFormat.RFC_4180,
                        false,
                        options(reading).getOrDefault("encoding", "UTF-8"),
                        false))
                .load(path);
    }

    /** @throws PipelineException (data contract) unless both are single files with equally many lines */
    static void check(SparkSession spark, String owner, Reading reading) {
        String path = reading.path().orElseThrow();
        String other = other(reading).orElseThrow();
        long lines = count(spark, owner, reading, path);
        long others = count(spark, owner, reading, other);
        if (lines != others) {
            throw SourcesErrors.linesDiffer(owner, path, lines, other, others);
        }
    }

    private static long count(SparkSession spark, String owner, Reading reading, String path) {
        Dataset<Row> lines = lines(spark, reading, path);
        if (Inventory.of(lines).files().size() != 1) {
            throw SourcesErrors.notOneFile(owner, path);
        }
        return lines.agg(coalesce(max(RecordFormat.LINE), lit(0L))).head().getLong(0);
    }
}
