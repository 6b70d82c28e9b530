package io.pigeonhole.jobs.trainers.linear;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import io.pigeonhole.evaluation.predictions.Predictions;
import io.pigeonhole.evaluation.settings.EvaluationSpec;
import io.pigeonhole.jobs.configuration.ClassWeight;
import io.pigeonhole.jobs.configuration.LinearConfig;
import io.pigeonhole.jobs.configuration.SelectionConfig;
import io.pigeonhole.jobs.models.ModelTables;
import io.pigeonhole.jobs.models.TrainedModel;
import io.pigeonhole.jobs.trainers.JudgedSettings;
import io.pigeonhole.training.LinearModel;
import io.pigeonhole.training.Setting;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;

/**
 * Candidate settings that were trained in the same passes and judged on rows not used for their training.
 *
 * @param selection method of picking one of them
 * @param settings the simplest first
 * @param models models of each setting: the one of all rows, and one without each fold
 * @param judged their figures, and which of them becomes the version
 */
record Trials(
        SelectionConfig selection, List<Setting> settings, List<List<LinearModel>> models, JudgedSettings judged) {

    /**
     * The candidate settings of a model, the simplest first: by the largest penalty, then the largest share of L1, then
     * no class weights.
     */
    static List<Setting> settings(LinearConfig linear) {
        List<Setting> settings = new ArrayList<>();
        List<Double> regParams = linear.regParam().values().stream()
                .sorted(Comparator.reverseOrder())
                .toList();
        List<Double> elasticNets = linear.elasticNet().values().stream()
                .sorted(Comparator.reverseOrder())
                .toList();
        List<ClassWeight> classWeights =
                linear.classWeight().values().stream().sorted().toList();
        for (double regParam : regParams) {
            for (double elasticNet : elasticNets) {
                for (ClassWeight classWeight : classWeights) {
                    boolean given = classWeight == ClassWeight.GIVEN;
                    settings.add(new Setting(
                            regParam, elasticNet, classWeight.code(), given ? linear.classWeights() : Map.of()));
                }
            }
        }
        return settings;
    }

    /**
     * Judges the settings.
     *
     * @param rows rows of {@code example_id, label, fold, features}: those of validation, or of train if folds judge
     */
    static Trials judge(
            SelectionConfig selection,
            List<Setting> settings,
            List<List<LinearModel>> models,
            Dataset<Row> rows,
            EvaluationSpec evaluate) {
        List<String> labels = models.get(0).get(0).labels();
        return new Trials(selection, settings, models, JudgedSettings.of(selection, models, labels, rows, evaluate));
    }

    LinearModel model() {
        return models.get(judged.picked()).get(0);
    }

    Setting setting() {
        return settings.get(judged.picked());
    }

    /** Each training row with the probabilities from the model trained without its fold. */
    Dataset<Row> outOfFold(Dataset<Row> train) {
        List<LinearModel> ofFolds = models.get(judged.picked());
        return IntStream.range(1, ofFolds.size())
                .mapToObj(m -> ofFolds.get(m).transform(train.filter(col("fold").equalTo(m - 1))))
                .reduce(Dataset::unionByName)
                .orElseThrow()
                .withColumn(Predictions.SPLIT, lit(SelectionConfig.OUT_OF_FOLD));
    }

    Dataset<Row> table(SparkSession spark, TrainedModel trained) {
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < settings.size(); i++) {
            Setting setting = settings.get(i);
            LinearModel model = models.get(i).get(0);
            rows.add(RowFactory.create(
                    trained.model(),
                    trained.version(),
                    i + 1,
                    setting.regParam(),
                    setting.elasticNet(),
                    setting.classWeight(),
                    selection.on().code(),
                    selection.metric().code(),
                    judged.support(),
                    judged.figures().get(i).value(),
                    judged.figures().get(i).low(),
                    judged.figures().get(i).high(),
                    model.summary().orElseThrow().objective(),
                    model.storedCoefficients(),
                    i == judged.picked(),
                    text(setting)));
        }
        return spark.createDataFrame(rows, ModelTables.TRIALS.unstamped());
    }

    private static String text(Setting setting) {
        return String.format(
                Locale.ROOT,
                "reg_param %.3g, elastic_net %.3g, class_weight %s",
                setting.regParam(),
                setting.elasticNet(),
                setting.classWeight());
    }

    /** Text for people; empty if there was only one setting. */
    static String summary(Optional<Trials> trials) {
        return trials.map(tried -> String.format(
                        Locale.ROOT,
                        ", %s picked of %d (%s)",
                        text(tried.setting()),
                        tried.settings.size(),
                        tried.judged.text()))
                .orElse("");
    }
}
