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
import java.util.stream.Stream;

/**
 * A whole configuration file.
 *
 * @param name name of the pipeline in tables and logs
 * @param seed seed of all random numbers
 * @param store where the tables are
 * @param spark settings of the Spark session, if Pigeonhole starts it
 * @param sources sources of the examples
 * @param asOf time at which sources without their own pin are read; the present when absent
 * @param labels the classes
 * @param extract the data contract
 * @param stratify division of examples into splits
 * @param features conversion of columns to features, for the models without their own
 * @param models models to train
 * @param calibrate fitting of calibrations
 * @param costs costs of errors
 * @param score rows to score, and decisions
 * @param evaluate evaluation of predictions
 * @param predictions reading of predictions made elsewhere
 * @param compare comparison of model versions
 * @param drift criteria for drift of a model version's predictions
 * @param discover search for new classes among rows of no known class
 * @param gates conditions for promoting a model version
 * @param metrics export of figures for monitoring
 * @param plan treatment of jobs that do not fit in memory or on disk
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
        DiscoverConfig discover,
        GatesConfig gates,
        MetricsConfig metrics,
        PlanConfig plan) {

    public PipelineConfig {
        sources = asOf.isPresent() ? pinned(sources, asOf.get()) : sources;
        if (!(sources.isEmpty() && features.isEmpty() && models.isEmpty())) {
            requireSome(sources, "sources");
            requireSome(allFeatures(features, models), "features");
            requireSome(models, "models");
        }
        if (score.decide() == ScoreConfig.Criterion.COST && !costs.areGiven()) {
            throw ConfigurationErrors.costsMissing();
        }
        if (score.examples().isPresent()) {
            // refuses the name of a source that does not exist
            score.examples().get().reading(sources);
        }
        if (labels.unknown().isEmpty()
                && score.unknown().filter(UnknownConfig::isChosenByBoth).isPresent()) {
            throw ConfigurationErrors.noRowsOfNoClass();
        }
        for (ModelConfig model : models) {
            if (features.isEmpty()
                    && model.features().isEmpty()
                    && model.trainer().usesFeatures()) {
                throw ModelErrors.featuresMissing(model.name());
            }
            if (model.trainer().needsFolds() && stratify.folds() < 2) {
                throw ModelErrors.foldsMissing(model.name(), stratify.folds());
            }
            if (model.isRefitted() && (score.conformal() || score.unknown().isPresent())) {
                throw ModelErrors.refitLeavesNothingToCalibrateOn(model.name());
            }
        }
        requireMembersOfCascades(models);
        requireBasesOfRules(models);
        requireDistinct(sources.stream().map(SourceConfig::name).toList(), "sources");
        requireDistinct(models.stream().map(ModelConfig::name).toList(), "models");
    }

    private static List<FeatureSpec> allFeatures(List<FeatureSpec> features, List<ModelConfig> models) {
        return Stream.concat(features.stream(), models.stream().flatMap(model -> model.features().stream()))
                .distinct()
                .toList();
    }

    private static List<SourceConfig> pinned(List<SourceConfig> sources, String time) {
        return sources.stream().map(source -> source.asOf(time)).toList();
    }

    /** A cascade refers to models before it, so that they are trained before it. */
    private static void requireMembersOfCascades(List<ModelConfig> models) {
        for (int i = 0; i < models.size(); i++) {
            if (models.get(i).trainer() instanceof TrainerConfig.Cascade cascade) {
                String name = models.get(i).name();
                for (String member : List.of(cascade.first(), cascade.second())) {
                    ModelConfig model = models.subList(0, i).stream()
                            .filter(each -> each.name().equals(member))
                            .findFirst()
                            .orElseThrow(() -> ModelErrors.cascadeMemberMissing(name, member));
                    if (model.trainer() instanceof TrainerConfig.Cascade) {
                        throw ModelErrors.cascadeOfCascades(name, member);
                    }
                    if (model.isRefitted()) {
                        throw ModelErrors.cascadeOfRefitted(name, member);
                    }
                }
            }
        }
    }

    /** Rules refer to a model before them, too. */
    private static void requireBasesOfRules(List<ModelConfig> models) {
        for (int i = 0; i < models.size(); i++) {
            if (models.get(i).trainer() instanceof TrainerConfig.Rules rules) {
                String name = models.get(i).name();
                ModelConfig base = models.subList(0, i).stream()
                        .filter(each -> each.name().equals(rules.base()))
                        .findFirst()
                        .orElseThrow(() -> ModelErrors.baseMissing(name, rules.base()));
                if (base.trainer() instanceof TrainerConfig.Rules) {
                    throw ModelErrors.rulesAboveRules(name, rules.base());
                }
                if (base.isRefitted()) {
                    throw ModelErrors.rulesAboveRefitted(name, rules.base());
                }
            }
        }
    }

    private static void requireSome(List<?> list, String key) {
        if (list.isEmpty()) {
            throw ConfigurationErrors.emptyKey(key);
        }
    }

    private static void requireDistinct(List<String> names, String key) {
        Set<String> seen = new HashSet<>();
        for (String name : names) {
            if (!seen.add(name)) {
                throw ConfigurationErrors.sameName(key, name);
            }
        }
    }

    /**
     * The model with a name.
     *
     * @throws PipelineException (configuration) if there is none
     */
    public ModelConfig model(String wanted) {
        return models.stream()
                .filter(model -> model.name().equals(wanted))
                .findFirst()
                .orElseThrow(() -> ConfigurationErrors.noModel(wanted, models));
    }

    /** The features of all models, without duplicates. They say what the examples must have. */
    public List<FeatureSpec> allFeatures() {
        return allFeatures(features, models);
    }

    /**
     * The features that a model uses: its own, or else those of the pipeline. Those of a cascade and of rules are the
     * features of the models that they consist of.
     *
     * @throws PipelineException (configuration) if there is no such model
     */
    public List<FeatureSpec> features(String wanted) {
        ModelConfig model = model(wanted);
        if (!model.trainer().usesFeatures()) {
            return model.trainer().members().stream()
                    .flatMap(member -> features(member).stream())
                    .distinct()
                    .toList();
        }
        return model.features().isEmpty() ? features : model.features();
    }

    /**
     * The settings at or below some keys, such as {@code evaluate} and {@code stratify.folds}, that differ from their
     * defaults.
     *
     * @throws IllegalArgumentException if there is no such key
     */
    public Settings settings(String... keys) {
        return Settings.of(this, keys);
    }

    /** Whether {@code calibrate} makes another version of the model, after that of {@code train}. */
    public boolean isCalibrated(String name) {
        return models.stream()
                .anyMatch(model -> model.name().equals(name)
                        && (score.conformal()
                                || score.unknown().isPresent()
                                || model.calibration() != ModelConfig.Calibration.NONE));
    }

    /**
     * Requires sources, features and models. Without them, only predictions made elsewhere can be evaluated.
     *
     * @throws PipelineException (configuration) if any of them is missing
     */
    public void requireModels() {
        if (models.isEmpty()) {
            throw ConfigurationErrors.modelsMissing();
        }
    }
}
