package io.pigeonhole.benchmarks.evaluation;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;

import io.pigeonhole.benchmarks.Measurement;
import io.pigeonhole.benchmarks.Workplace;
import io.pigeonhole.evaluation.predictions.Predictions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Predictions of a known structure, each row a function of its number. The share of class k falls with k: class sizes differ
 * by a factor of about the root of the number of classes. A row is predicted right with a probability between 0.6 and 0.95
 * that depends on its class; an error goes to one of the ten next classes nine times in ten, and else to any class.
 *
 * @param rows number of them
 * @param classes number of them
 * @param slices parts that the rows fall into, each row into one; 0 for none
 * @param listed classes that get a probability in each row, all others having exactly none; 0 for no probabilities
 */
record GeneratedPredictions(long rows, int classes, int slices, int listed) {

    private static final int PARTITIONS = 16;

    private Path folder(Workplace place) {
        return place.folder().resolve("predictions-" + rows + "-" + classes + "-" + slices + "-" + listed);
    }

    /** Writes them where {@link #read} finds them, unless they are there. */
    Measurement.Report make(Workplace place) {
        double seconds = 0;
        if (!Files.exists(folder(place).resolve("_SUCCESS"))) {
            seconds = Workplace.seconds(() -> generated(place.spark())
                    .write()
                    .mode("overwrite")
                    .parquet(folder(place).toString()));
        }
        return new Measurement.Report("", seconds, Workplace.peakMemoryMiB(), Map.of(), "");
    }

    Dataset<Row> read(Workplace place) {
        return place.spark().read().parquet(folder(place).toString());
    }

    private Dataset<Row> generated(SparkSession spark) {
        Dataset<Row> rowsAndClasses = spark.range(0, rows, 1, PARTITIONS)
                .withColumn("label_at", expr("cast(floor(" + classes + " * pow(" + uniform(1) + ", 2)) as int)"))
                .withColumn("right", expr(uniform(2) + " < 0.6 + 0.35 * (label_at % 8) / 7"))
                .withColumn(
                        "error_at",
                        expr("if(" + uniform(3) + " < 0.9, (label_at + 1 + cast(floor(10 * " + uniform(4)
                                + ") as int)) % " + classes + ", cast(floor(" + classes + " * " + uniform(5)
                                + ") as int))"))
                .withColumn("predicted_at", expr("if(right, label_at, error_at)"));
        Dataset<Row> decided = rowsAndClasses.select(
                col("id"),
                col("label_at"),
                col("predicted_at"),
                concat(lit("example-"), col("id")).as(Predictions.EXAMPLE_ID),
                lit("generated").as(Predictions.MODEL),
                lit(1).as(Predictions.VERSION),
                lit("test").as(Predictions.SPLIT),
                className("label_at").as(Predictions.LABEL),
                className("predicted_at").as(Predictions.PREDICTED));
        Dataset<Row> sliced = slices == 0
                ? decided
                : decided.withColumn(
                        Predictions.SLICES,
                        array(concat(lit("part="), expr("cast(floor(" + slices + " * " + uniform(6) + ") as int)"))));
        return (listed == 0 ? sliced : withProbabilities(sliced)).drop("id", "label_at", "predicted_at");
    }

    /** Probabilities of the class decided for and of those after it, each a share of what the ones before leave. */
    private Dataset<Row> withProbabilities(Dataset<Row> decided) {
        String share = "(0.5 + 0.45 * " + uniform(7) + ")";
        String entries = "transform(sequence(0, " + (listed - 1) + "), i -> named_struct("
                + "'label', concat('class-', (predicted_at + i) % " + classes + "), "
                + "'probability', if(i = " + (listed - 1) + ", pow(1 - " + share + ", i), " + share + " * pow(1 - "
                + share
                + ", i))))";
        return decided.withColumn(Predictions.PROBABILITIES, expr(entries))
                .withColumn(Predictions.CONFIDENCE, expr("probabilities[0].probability"))
                .withColumn(
                        Predictions.LABEL_PROBABILITY,
                        expr("coalesce(get(filter(probabilities, e -> e.label = label), 0).probability, 0.0D)"))
                .withColumn(
                        Predictions.LABEL_RANK,
                        expr("cast(coalesce(nullif(array_position(transform(probabilities, e -> e.label), label), 0), "
                                + classes + ") as int)"))
                .withColumn(Predictions.UNLISTED_PROBABILITY, lit(0.0));
    }

    private static Column className(String number) {
        return concat(lit("class-"), col(number));
    }

    /** A number in [0, 1) that depends on the row's number and on what it is for. */
    private static String uniform(int purpose) {
        return "(shiftrightunsigned(xxhash64(id, " + purpose + "), 11) / 9007199254740992D)";
    }
}
