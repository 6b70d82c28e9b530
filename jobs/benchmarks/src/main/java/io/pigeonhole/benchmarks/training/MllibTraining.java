package io.pigeonhole.benchmarks.training;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.map;
import static org.apache.spark.sql.functions.try_element_at;

import io.pigeonhole.benchmarks.Measurement;
import io.pigeonhole.benchmarks.Work;
import io.pigeonhole.benchmarks.Workplace;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.ml.Model;
import org.apache.spark.ml.classification.LogisticRegression;
import org.apache.spark.ml.classification.LogisticRegressionModel;
import org.apache.spark.ml.classification.OneVsRest;
import org.apache.spark.ml.classification.OneVsRestModel;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * MLlib's trainers over rows in memory, with the objective of this project's: no standardisation in the penalty. Both
 * cores fit classes of one against the rest side by side.
 *
 * @param table what it is trained on
 * @param kind logistic or softmax
 * @param most classes that one against the rest is fitted for; all others together are one more, and the time is
 *     extrapolated to all
 */
record MllibTraining(FeatureTable table, String kind, int most) implements Work {

    /** A setting that ends so stops there; else it is a tolerance. */
    static final String ITERATIONS = " iterations";

    private static final int MOST_ITERATIONS = 2_000;

    @Override
    public Measurement.Report run(Workplace place, String setting) throws Exception {
        Dataset<Row> rows = table.train(place);
        List<String> labels = rows.select("label").distinct().orderBy("label").collectAsList().stream()
                .map(row -> row.getString(0))
                .toList();
        boolean extrapolated = kind.equals("logistic") && labels.size() > most;
        List<String> fitted = extrapolated ? every(labels, most) : labels;
        Dataset<Row> numbered =
                rows.select(number(fitted).as("label"), col("features")).cache();
        numbered.count();
        fit(numbered.where("label < 2").limit(1_000), "1e-2");
        Model<?>[] model = new Model<?>[1];
        double seconds = Workplace.seconds(() -> model[0] = fit(numbered, setting));
        double peak = Workplace.peakMemoryMiB();
        Path file = place.folder().resolve("coefficients-" + table.name() + "-" + kind + "-mllib");
        write(columns(model[0], fitted.size()), fitted, file);
        double factor = extrapolated ? (double) labels.size() / (fitted.size() + 1) : 1;
        return new Measurement.Report(
                "Spark MLlib " + place.spark().version(),
                seconds * factor,
                peak,
                Figures.of(place, table, kind, file),
                extrapolated
                        ? "time extrapolated from " + (fitted.size() + 1) + " of " + labels.size()
                                + " problems, and its objective from theirs"
                        : "");
    }

    private static List<String> every(List<String> labels, int most) {
        List<String> chosen = new ArrayList<>();
        for (int i = 0; i < most; i++) {
            chosen.add(labels.get((int) ((long) i * labels.size() / most)));
        }
        return chosen;
    }

    /** The number of a label among those that are fitted; all others are the last one. */
    private static Column number(List<String> labels) {
        List<Column> entries = new ArrayList<>();
        for (int i = 0; i < labels.size(); i++) {
            entries.add(lit(labels.get(i)));
            entries.add(lit((double) i));
        }
        return coalesce(try_element_at(map(entries.toArray(Column[]::new)), col("label")), lit((double) labels.size()));
    }

    private Model<?> fit(Dataset<Row> rows, String setting) {
        boolean isCut = setting.endsWith(ITERATIONS);
        LogisticRegression regression = new LogisticRegression()
                .setRegParam(table.regParam())
                .setStandardization(false)
                .setMaxIter(isCut ? Integer.parseInt(setting.replace(ITERATIONS, "")) : MOST_ITERATIONS)
                .setTol(isCut ? 1e-9 : Double.parseDouble(setting));
        return kind.equals("logistic")
                ? new OneVsRest().setClassifier(regression).setParallelism(2).fit(rows)
                : regression.setFamily("multinomial").fit(rows);
    }

    /** Coefficients and intercept of each column. */
    private static List<double[]> columns(Model<?> model, int columns) {
        List<double[]> all = new ArrayList<>();
        for (int c = 0; c < columns; c++) {
            if (model instanceof OneVsRestModel one) {
                LogisticRegressionModel binary = (LogisticRegressionModel) one.models()[c];
                all.add(with(binary.coefficients().toArray(), binary.intercept()));
            } else {
                LogisticRegressionModel softmax = (LogisticRegressionModel) model;
                double[] own = new double[softmax.numFeatures()];
                for (int j = 0; j < own.length; j++) {
                    own[j] = softmax.coefficientMatrix().apply(c, j);
                }
                all.add(with(own, softmax.interceptVector().apply(c)));
            }
        }
        return all;
    }

    private static double[] with(double[] coefficients, double intercept) {
        double[] all = Arrays.copyOf(coefficients, coefficients.length + 1);
        all[coefficients.length] = intercept;
        return all;
    }

    /** In the form of {@link io.pigeonhole.training.ModelFiles}. */
    private static void write(List<double[]> columns, List<String> labels, Path file) throws IOException {
        Files.write(
                Path.of(file + ".columns"),
                labels.stream().map(label -> "\t" + label).toList());
        ByteBuffer row = ByteBuffer.allocate(Float.BYTES * columns.size()).order(ByteOrder.LITTLE_ENDIAN);
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 20)) {
            for (int j = 0; j < columns.get(0).length; j++) {
                row.clear();
                for (double[] column : columns) {
                    row.putFloat((float) column[j]);
                }
                out.write(row.array());
            }
        }
    }
}
