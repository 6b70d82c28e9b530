package io.pigeonhole.jobs.configuration;

import io.pigeonhole.evaluation.settings.EvaluationSpec;
import io.pigeonhole.transforms.PipelineException;
import io.pigeonhole.transforms.features.FeatureSpec;
import io.pigeonhole.transforms.split.SplitSpec;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A whole configuration file.
 *
 * @param name name of the pipeline, as tables and logs show it
 * @param seed seed of everything that draws
 * @param store where the tables are
 * @param spark settings of the Spark session, where Pigeonhole starts it itself
 * @param sources where the examples come from
 * @param asOf time that sources without a pin of their own are read at; as they are when absent
 * @param labels the classes
 * @param extract the data contract
 * @param stratify how examples are divided
 * @param features how columns become features
 * @param models what is trained
 * @param calibrate how calibrations are fitted
 * @param costs what errors cost
 * @param score what is scored
 * @param evaluate how predictions are evaluated
 * @param predictions how predictions that were made elsewhere are read
 * @param compare how model versions are compared
 * @param drift when the predictions of a model version have drifted
 * @param gates what must hold of a model version before it is promoted
 * @param metrics where figures go for monitoring
 * @param plan what becomes of jobs that do not fit
 */
public record PipelineConfig(
        String name,
        long seed,
        StoreConfig store,
        Map<String, String> spark,
        List<SourceConfig> sources,
        Optional<String> asOf,
        LabelsConfig labels,
        ExtractConfig extract,
        SplitSpec stratify,
        List<FeatureSpec> features,
        List<ModelConfig> models,
        CalibrateConfig calibrate,
        CostsConfig costs,
        ScoreConfig score,
        EvaluationSpec evaluate,
        PredictionsConfig predictions,
        CompareConfig compare,
        DriftConfig drift,
        GatesConfig gates,
        MetricsConfig metrics,
        PlanConfig plan) {

    public PipelineConfig {
        sources = asOf.isPresent() ? pinned(sources, asOf.get()) : sources;
        if (!(sources.isEmpty() && features.isEmpty() && models.isEmpty())) {
            requireSome(sources, "sources");
            requireSome(features, "features");
            requireSome(models, "models");
        }
        if (score.decide() == ScoreConfig.Criterion.COST && !costs.areGiven()) {
            throw PipelineException.configuration("score.decide = cost needs costs of classes or of pairs of classes;"
                    + " give them under the key 'costs'");
        }
        for (ModelConfig model : models) {
            if (model.trainer().needsFolds() && stratify.folds() < 2) {
                throw PipelineException.configuration("model '" + model.name() + "' has selection.on = folds, but"
                        + " stratify.folds is " + stratify.folds() + "; deal train into 2 folds or more, or select on"
                        + " validation");
            }
        }
        requireDistinct(sources.stream().map(SourceConfig::name).toList(), "sources");
        requireDistinct(models.stream().map(ModelConfig::name).toList(), "models");
    }

    private static List<SourceConfig> pinned(List<SourceConfig> sources, String time) {
        return sources.stream().map(source -> source.asOf(time)).toList();
    }

    private static void requireSome(List<?> list, String key) {
        if (list.isEmpty()) {
            throw PipelineException.configuration("'" + key + "' is empty; give at least one");
        }
    }

    private static void requireDistinct(List<String> names, String key) {
        Set<String> seen = new HashSet<>();
        for (String name : names) {
            if (!seen.add(name)) {
                throw PipelineException.configuration("two of '" + key + "' have the name '" + name + "'; rename one");
            }
        }
    }

    /**
     * The model of a name.
     *
     * @throws PipelineException (configuration) if there is none
     */
    public ModelConfig model(String wanted) {
        return models.stream()
                .filter(model -> model.name().equals(wanted))
                .findFirst()
                .orElseThrow(() -> PipelineException.configuration("There is no model '" + wanted
                        + "' in the configuration; it has "
                        + String.join(
                                ", ", models.stream().map(ModelConfig::name).toList()) + "."));
    }

    /**
     * The settings below some keys, such as {@code evaluate} and {@code stratify.folds}, that differ from their defaults.
     *
     * @throws IllegalArgumentException if there is no such key
     */
    public Settings settings(String... keys) {
        return Settings.of(this, keys);
    }

    /** Whether a version of the model comes out of {@code calibrate} after the one that comes out of {@code train}. */
    public boolean isCalibrated(String name) {
        return models.stream()
                .anyMatch(model -> model.name().equals(name)
                        && (score.conformal() || model.calibration() != ModelConfig.Calibration.NONE));
    }

    /**
     * Asks for sources, features and models, without which only predictions made elsewhere can be evaluated.
     *
     * @throws PipelineException (configuration) if there are none
     */
    public void requireModels() {
        if (models.isEmpty()) {
            throw PipelineException.configuration("The configuration has no sources, features and models, so that only"
                    + " predictions made elsewhere can be evaluated: evaluate --predictions TABLE. Add these keys, or"
                    + " that option.");
        }
    }
}
