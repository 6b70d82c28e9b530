package io.pigeonhole.jobs.calibrate;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.lit;

import io.pigeonhole.evaluation.means.GroupMeans;
import io.pigeonhole.evaluation.probabilities.CalibrationErrors;
import io.pigeonhole.evaluation.settings.EvaluationSpec;
import io.pigeonhole.evaluation.statistics.Estimate;
import io.pigeonhole.evaluation.tables.EvaluationKey;
import io.pigeonhole.jobs.configuration.ModelConfig;
import io.pigeonhole.jobs.configuration.PipelineConfig;
import io.pigeonhole.jobs.models.TrainedModel;
import io.pigeonhole.training.calibration.CalibrationMethod;
import io.pigeonhole.training.calibration.CrossFit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;

/**
 * The calibration chosen for each node, with its figures. All figures come from rows on which the judged calibration
 * was not fitted.
 *
 * @param picked method of each node
 * @param method method of all nodes, or per_node if they differ
 * @param lines rows of the table
 */
record MethodChoice(List<CalibrationMethod> picked, String method, List<Line> lines) {

    private static final String LOG_LOSS = "log_loss";
    private static final String BRIER_SCORE = "brier_score";
    private static final String EXPECTED = "expected_calibration_error";
    private static final String CLASSWISE = "classwise_calibration_error";

    /** The classwise error leaves out less probable classes, which changes it by at most this value. */
    private static final double LEAST_PROBABILITY = 1e-4;

    /** One row of the table: a metric before and after calibration, and the difference after minus before. */
    record Line(
            @Nullable String node,
            String method,
            String metric,
            long rows,
            Estimate before,
            Estimate after,
            Estimate difference,
            boolean picked) {

        private Row row(TrainedModel calibrated, TrainedModel base) {
            return RowFactory.create(
                    calibrated.model(),
                    calibrated.version(),
                    base.version(),
                    node,
                    method,
                    metric,
                    rows,
                    before.value(),
                    before.low(),
                    before.high(),
                    after.value(),
                    after.low(),
                    after.high(),
                    difference.value(),
                    difference.low(),
                    difference.high(),
                    picked);
        }
    }

    /** Judges all methods at each node, picks one for the node, and judges the combination of the picked methods. */
    static MethodChoice of(CrossFit fit, Dataset<Row> rows, int classes, ModelConfig model, PipelineConfig config) {
        Map<String, GroupMeans> byNode = new HashMap<>();
        for (GroupMeans means :
                means(fit.losses(rows).withColumnRenamed("node", GroupMeans.GROUP), config.evaluate())) {
            if (means.group() != null) {
                byNode.put(means.group(), means);
            }
        }
        List<CalibrationMethod> picked = fit.nodes().stream()
                .map(node -> pick(
                        byNode.get(node),
                        fit.methods(),
                        model,
                        config.calibrate().minimumRows()))
                .toList();
        List<Line> lines = new ArrayList<>();
        for (int node = 0; node < picked.size(); node++) {
            GroupMeans means = byNode.get(fit.nodes().get(node));
            if (means != null) {
                addNode(lines, means, fit.methods(), picked.get(node));
            }
        }
        String method = picked.stream().distinct().count() > 1
                ? "per_node"
                : picked.stream().findFirst().orElse(CalibrationMethod.NONE).code();
        addWhole(lines, fit.heldOut(rows, picked, LEAST_PROBABILITY), classes, method, config.evaluate());
        return new MethodChoice(picked, method, List.copyOf(lines));
    }

    /**
     * The configured method, or the simplest that is not clearly worse than the best; no calibration if there are too
     * few rows.
     */
    private static CalibrationMethod pick(
            @Nullable GroupMeans means, List<CalibrationMethod> methods, ModelConfig model, int minimumRows) {
        if (means == null || means.rows() < minimumRows) {
            return CalibrationMethod.NONE;
        }
        return model.calibration() == ModelConfig.Calibration.AUTO
                ? methods.get(means.firstNotAboveLeast(methods.size()))
                : methods.get(methods.size() - 1);
    }

    private static void addNode(
            List<Line> lines, GroupMeans means, List<CalibrationMethod> methods, CalibrationMethod picked) {
        for (int i = 0; i < methods.size(); i++) {
            String method = methods.get(i).code();
            boolean isPicked = methods.get(i) == picked;
            lines.add(line(means, method, LOG_LOSS, 0, i, isPicked));
            lines.add(line(means, method, BRIER_SCORE, methods.size(), methods.size() + i, isPicked));
        }
    }

    private static void addWhole(
            List<Line> lines, Dataset<Row> heldOut, int classes, String method, EvaluationSpec spec) {
        GroupMeans means = means(heldOut.withColumn(GroupMeans.GROUP, lit("")), spec).stream()
                .findFirst()
                .orElseThrow(() -> CalibrateErrors.noKnownClass());
        lines.add(line(means, method, LOG_LOSS, 0, 1, true));
        lines.add(line(means, method, BRIER_SCORE, 2, 3, true));
        CalibrationErrors errors = CalibrationErrors.of(pairs(heldOut), classes, spec);
        lines.add(line(errors.rows(), errors.expected(), method, EXPECTED));
        lines.add(line(errors.rows(), errors.classwise(), method, CLASSWISE));
    }

    private static Dataset<Row> pairs(Dataset<Row> heldOut) {
        Dataset<Row> decisions = heldOut.select(
                col(CalibrationErrors.UNIT),
                lit(CalibrationErrors.DECISION).as(CalibrationErrors.CLASS),
                col("decision.*"));
        Column right = col("pair.class").equalTo(col("label"));
        Dataset<Row> classes = heldOut.withColumn("pair", explode(col("classes")))
                .select(
                        col(CalibrationErrors.UNIT),
                        col("pair.class").as(CalibrationErrors.CLASS),
                        col("pair.before").as(CalibrationErrors.BEFORE),
                        right.as(CalibrationErrors.RIGHT_BEFORE),
                        col("pair.after").as(CalibrationErrors.AFTER),
                        right.as(CalibrationErrors.RIGHT_AFTER));
        return decisions.unionByName(classes);
    }

    private static Line line(long rows, CalibrationErrors.Paired error, String method, String metric) {
        return new Line(null, method, metric, rows, error.before(), error.after(), error.difference(), true);
    }

    private static Line line(GroupMeans means, String method, String metric, int before, int after, boolean picked) {
        return new Line(
                means.group(),
                method,
                metric,
                means.rows(),
                means.means().get(before),
                means.means().get(after),
                means.differences().get(after).get(before),
                picked);
    }

    /** Means of the log losses, followed by those of the Brier scores. */
    private static List<GroupMeans> means(Dataset<Row> losses, EvaluationSpec spec) {
        Dataset<Row> rows = losses.withColumn(GroupMeans.VALUES, concat(col("log_losses"), col("briers")));
        for (String column : EvaluationKey.COLUMNS) {
            // there is only one key, so it needs no name
            rows = rows.withColumn(column, column.equals(EvaluationKey.VERSION) ? lit(0) : lit(""));
        }
        return GroupMeans.of(rows, spec);
    }

    Dataset<Row> table(SparkSession spark, TrainedModel calibrated, TrainedModel base) {
        return spark.createDataFrame(
                lines.stream().map(line -> line.row(calibrated, base)).toList(),
                CalibrationTables.CALIBRATIONS.unstamped());
    }

    private List<Line> whole() {
        return lines.stream().filter(line -> line.node() == null).toList();
    }

    /** Each metric of the whole model, before and after, with its bounds. */
    Map<String, Double> figures() {
        Map<String, Double> figures = new TreeMap<>();
        for (Line line : whole()) {
            figures.put("rows", (double) line.rows());
            add(figures, line.metric() + "_before", line.before());
            add(figures, line.metric() + "_after", line.after());
        }
        return figures;
    }

    private static void add(Map<String, Double> figures, String name, Estimate estimate) {
        figures.put(name, estimate.value());
        figures.put(name + "_low", estimate.low());
        figures.put(name + "_high", estimate.high());
    }

    String summary() {
        Map<String, Double> figures = figures();
        return String.format(
                Locale.ROOT,
                "%s; on rows held out, log loss %.4f to %.4f, classwise calibration error %.5f to %.5f",
                method,
                figures.get(LOG_LOSS + "_before"),
                figures.get(LOG_LOSS + "_after"),
                figures.get(CLASSWISE + "_before"),
                figures.get(CLASSWISE + "_after"));
    }
}
