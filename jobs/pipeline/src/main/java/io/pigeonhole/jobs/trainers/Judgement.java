package io.pigeonhole.jobs.trainers;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.udf;

import io.pigeonhole.evaluation.Evaluation;
import io.pigeonhole.evaluation.EvaluationTables;
import io.pigeonhole.evaluation.predictions.Predictions;
import io.pigeonhole.evaluation.settings.EvaluationSpec;
import io.pigeonhole.evaluation.statistics.Estimate;
import io.pigeonhole.jobs.configuration.PipelineConfig;
import io.pigeonhole.jobs.configuration.SelectionConfig;
import io.pigeonhole.jobs.configuration.Settings;
import io.pigeonhole.transforms.Taxonomy;
import io.pigeonhole.transforms.TrainedClassifier;
import java.util.Collections;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.commons.math3.distribution.NormalDistribution;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF2;
import org.apache.spark.sql.types.DataTypes;
import org.jspecify.annotations.Nullable;

/**
 * The figures of candidate settings on rows not used for their training, and the setting that they pick.
 *
 * @param figures metric of each setting
 * @param support number of rows behind the figures
 * @param picked index of the setting that becomes the version
 */
public record Judgement(List<Estimate> figures, long support, int picked) {

    public Judgement {
        figures = List.copyOf(figures);
    }

    /** The settings of the configuration that affect the choice. */
    public static Settings settings(PipelineConfig config) {
        return config.settings(
                "stratify.folds", "evaluate.bootstrap_replicates", "evaluate.confidence_level", "evaluate.seed");
    }

    /**
     * Judges settings.
     *
     * @param models of each setting, the simplest first: the one of all rows, and one without each fold
     * @param labels all classes
     * @param rows rows of {@code example_id, label, fold, features}: those of validation, or of train if folds judge
     */
    public static <M extends Transformer & TrainedClassifier> Judgement of(
            SelectionConfig selection,
            List<List<M>> models,
            List<String> labels,
            Dataset<Row> rows,
            EvaluationSpec evaluate) {
        Dataset<Row> predictions = predictions(selection.on() == SelectionConfig.On.FOLDS, models, rows);
        TreeMap<Integer, Estimate> figures = new TreeMap<>();
        long support = 0;
        try (EvaluationTables tables = Evaluation.evaluate(predictions, Taxonomy.flat(labels), simple(evaluate))) {
            for (Row row : tables.summary()
                    .filter(col("metric")
                            .equalTo(selection.metric().code())
                            .and(col("level").equalTo("leaf"))
                            .and(col("slice").equalTo("all")))
                    .select("version", "value", "low", "high", "support")
                    .collectAsList()) {
                figures.put(row.getInt(0), new Estimate(row.getDouble(1), row.getDouble(2), row.getDouble(3)));
                support = row.getLong(4);
            }
        }
        if (figures.size() < models.size()) {
            throw TrainersErrors.nothingToPickBy(selection, models.size());
        }
        List<Estimate> inOrder = List.copyOf(figures.values());
        return new Judgement(inOrder, support, pick(selection, inOrder, evaluate));
    }

    private static <M extends Transformer & TrainedClassifier> Dataset<Row> predictions(
            boolean byFolds, List<List<M>> models, Dataset<Row> rows) {
        return IntStream.range(0, models.size())
                .boxed()
                .flatMap(i -> byFolds
                        ? IntStream.range(1, models.get(i).size())
                                .mapToObj(m -> predicted(
                                        rows.filter(col("fold").equalTo(m - 1)),
                                        models.get(i).get(m),
                                        i))
                        : IntStream.of(0)
                                .mapToObj(m -> predicted(rows, models.get(i).get(0), i)))
                .reduce(Dataset::unionByName)
                .orElseThrow();
    }

    private static <M extends Transformer & TrainedClassifier> Dataset<Row> predicted(
            Dataset<Row> rows, M model, int trial) {
        return model.transform(rows)
                .select(
                        col(Predictions.EXAMPLE_ID),
                        lit("trial").as(Predictions.MODEL),
                        lit(trial).as(Predictions.VERSION),
                        lit("judged").as(Predictions.SPLIT),
                        col(Predictions.LABEL),
                        col("prediction").as(Predictions.PREDICTED),
                        udf(new LabelProbability(model.labels()), DataTypes.DoubleType)
                                .apply(col("probability"), col(Predictions.LABEL))
                                .as(Predictions.LABEL_PROBABILITY));
    }

    /** The probability of the true class; null if the model does not have this class. */
    private record LabelProbability(List<String> labels) implements UDF2<Vector, String, @Nullable Double> {

        @Override
        public @Nullable Double call(Vector probabilities, String label) {
            int index = Collections.binarySearch(labels, label);
            return index < 0 ? null : (Double) Math.min(1, probabilities.apply(index));
        }
    }

    /** The same intervals without slices and other results that are not needed here. */
    private static EvaluationSpec simple(EvaluationSpec spec) {
        return new EvaluationSpec(
                List.of(),
                spec.bins(),
                spec.bootstrapReplicates(),
                spec.confidenceLevel(),
                spec.seed(),
                spec.minimumSupport(),
                0,
                List.of(),
                List.of(),
                1);
    }

    /** Ties go to the simpler setting. */
    private static int pick(SelectionConfig selection, List<Estimate> figures, EvaluationSpec evaluate) {
        double sign = selection.metric().moreIsBetter() ? 1 : -1;
        int best = 0;
        for (int i = 1; i < figures.size(); i++) {
            best = sign * figures.get(i).value() > sign * figures.get(best).value() ? i : best;
        }
        if (selection.rule() == SelectionConfig.Rule.BEST) {
            return best;
        }
        double z = new NormalDistribution().inverseCumulativeProbability((1 + evaluate.confidenceLevel()) / 2);
        Estimate leader = figures.get(best);
        double worst = sign * leader.value() - (leader.high() - leader.low()) / (2 * z);
        int simplest = 0;
        while (sign * figures.get(simplest).value() < worst) {
            simplest++;
        }
        return simplest;
    }
}
