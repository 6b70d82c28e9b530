package io.pigeonhole.jobs.trainers.nearest;

import io.pigeonhole.jobs.configuration.TrainerConfig;
import io.pigeonhole.jobs.models.ModelTables;
import io.pigeonhole.jobs.models.TrainedModel;
import io.pigeonhole.jobs.store.Output;
import io.pigeonhole.jobs.trainers.JudgedSettings;
import io.pigeonhole.jobs.trainers.Training;
import io.pigeonhole.training.nearest.Metric;
import io.pigeonhole.training.nearest.NearestMethod;
import io.pigeonhole.training.nearest.NearestModel;
import io.pigeonhole.training.nearest.NearestSetting;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.storage.StorageLevel;

/**
 * Candidate settings, tuned and judged on validation. Rows are compared once for each metric, by the largest number of
 * neighbours; smaller numbers are the first of them.
 *
 * @param settings the simplest first
 * @param models the model of each
 * @param judged the choice; absent if there is one setting
 * @param isTuned whether there were rows to fit temperature and smoothing by
 */
record NearestTrials(
        Training training,
        TrainerConfig.Nearest trainer,
        List<NearestSetting> settings,
        List<NearestModel> models,
        Optional<JudgedSettings> judged,
        boolean isTuned) {

    private static final String COMPARED = "compared";

    /** @param rows of validation, {@code example_id, label, features} */
    static NearestTrials of(
            Training training,
            TrainerConfig.Nearest trainer,
            List<NearestSetting> settings,
            List<NearestModel> fitted,
            Dataset<Row> rows) {
        boolean isTuned = !rows.isEmpty();
        List<Dataset<Row>> compared = new ArrayList<>();
        try {
            compared.addAll(compared(trainer, settings, fitted, rows));
            List<NearestModel> models = new ArrayList<>();
            for (int i = 0; i < settings.size(); i++) {
                models.add(
                        isTuned
                                ? fitted.get(i)
                                        .tuned(
                                                compared.get(i),
                                                COMPARED,
                                                "label",
                                                trainer.temperature(),
                                                trainer.smoothing())
                                : fitted.get(i).withPosterior(trainer.temperature(), trainer.smoothing()));
            }
            Optional<JudgedSettings> judged =
                    settings.size() == 1 ? Optional.empty() : Optional.of(judged(training, trainer, models, compared));
            return new NearestTrials(training, trainer, settings, models, judged, isTuned);
        } finally {
            compared.forEach(Dataset::unpersist);
        }
    }

    /** The rows with the comparisons of each setting. */
    private static List<Dataset<Row>> compared(
            TrainerConfig.Nearest trainer,
            List<NearestSetting> settings,
            List<NearestModel> fitted,
            Dataset<Row> rows) {
        if (trainer.method() == NearestMethod.CENTROIDS) {
            return fitted.stream()
                    .map(model -> model.compared(rows, COMPARED).persist(StorageLevel.MEMORY_AND_DISK()))
                    .toList();
        }
        int most = trainer.neighbours().values().stream()
                .mapToInt(Integer::intValue)
                .max()
                .orElseThrow();
        TreeMap<Metric, Dataset<Row>> byMetric = new TreeMap<>();
        List<Dataset<Row>> compared = new ArrayList<>();
        for (int i = 0; i < settings.size(); i++) {
            NearestSetting setting = settings.get(i);
            NearestModel widest = fitted.get(i).voting(most, setting.weights());
            compared.add(byMetric.computeIfAbsent(
                    setting.metric(),
                    metric -> widest.compared(rows, COMPARED).persist(StorageLevel.MEMORY_AND_DISK())));
        }
        return compared;
    }

    private static JudgedSettings judged(
            Training training, TrainerConfig.Nearest trainer, List<NearestModel> models, List<Dataset<Row>> compared) {
        List<String> labels = models.get(0).labels();
        Dataset<Row> predictions =
                JudgedSettings.predictions(models.get(0).decided(compared.get(0), COMPARED), 0, labels);
        for (int i = 1; i < models.size(); i++) {
            predictions = predictions.unionByName(
                    JudgedSettings.predictions(models.get(i).decided(compared.get(i), COMPARED), i, labels));
        }
        return JudgedSettings.of(
                trainer.selection(),
                predictions,
                models.size(),
                labels,
                training.config().evaluate());
    }

    private int picked() {
        return judged.map(JudgedSettings::picked).orElse(0);
    }

    NearestModel model() {
        return models.get(picked());
    }

    /** Writes the table of trials, if there were several settings. */
    Optional<Output> write(TrainedModel version) {
        return judged.map(choice -> training.session()
                .store()
                .replaceRun(
                        ModelTables.TRIALS,
                        training.session()
                                .spark()
                                .createDataFrame(rows(version, choice), ModelTables.TRIALS.unstamped()),
                        training.run().id()));
    }

    private List<Row> rows(TrainedModel version, JudgedSettings choice) {
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < settings.size(); i++) {
            rows.add(RowFactory.create(
                    version.model(),
                    version.version(),
                    i + 1,
                    null,
                    null,
                    null,
                    choice.selection().on().code(),
                    choice.selection().metric().code(),
                    choice.support(),
                    choice.figures().get(i).value(),
                    choice.figures().get(i).low(),
                    choice.figures().get(i).high(),
                    null,
                    models.get(i).parameters(),
                    i == choice.picked(),
                    NearestSettings.text(trainer.method(), settings.get(i))));
        }
        return rows;
    }

    /** Text for people. */
    String summary() {
        String setting = ", " + NearestSettings.text(trainer.method(), settings.get(picked()));
        return judged.map(choice -> setting + " picked of " + settings.size() + " (" + choice.text() + ")")
                .orElse(setting);
    }

    List<String> warnings() {
        return isTuned
                        || (trainer.temperature().isPresent()
                                && trainer.smoothing().isPresent())
                ? List.of()
                : List.of("There are no labelled examples of validation to fit temperature and smoothing by, so the"
                        + " probabilities are rough. Give the split a share, or set temperature and smoothing.");
    }
}
