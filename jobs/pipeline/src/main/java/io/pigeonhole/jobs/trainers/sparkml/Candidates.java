package io.pigeonhole.jobs.trainers.sparkml;

import io.pigeonhole.jobs.configuration.ClassWeight;
import io.pigeonhole.jobs.configuration.FreeValue;
import io.pigeonhole.jobs.configuration.SelectionConfig;
import io.pigeonhole.jobs.configuration.TrainerConfig;
import io.pigeonhole.training.sparkml.ParameterValue;
import io.pigeonhole.training.sparkml.SparkMlEstimators;
import io.pigeonhole.training.sparkml.SparkMlSettings;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What a model is trained with.
 *
 * @param trainer code of the trainer
 * @param classifier name of the class of the estimator
 * @param params its parameters; several values of a parameter make a grid
 * @param partitions partitions of the rows; 0 for a number that follows from the rows
 * @param selection rule that selects one of several settings; empty where there is only one
 */
record Candidates(
        String trainer,
        String classifier,
        Map<String, ParameterValue> params,
        int partitions,
        ClassWeight classWeight,
        Map<String, Double> classWeights,
        Optional<SelectionConfig> selection) {

    static final String FOREST = "org.apache.spark.ml.classification.RandomForestClassifier";
    static final String XGBOOST = "ml.dmlc.xgboost4j.scala.spark.XGBoostClassifier";

    static Candidates of(TrainerConfig.SparkMl config) {
        Map<String, ParameterValue> params = new TreeMap<>();
        config.params().forEach((name, value) -> params.put(name, value(value)));
        return new Candidates(
                config.code(),
                config.classifier(),
                params,
                config.partitions(),
                config.classWeight(),
                config.classWeights(),
                Optional.of(config.selection()));
    }

    private static ParameterValue value(FreeValue value) {
        return value.isList()
                ? new ParameterValue.Several(
                        value.values().stream().map(Candidates::value).toList())
                : new ParameterValue.Single(value.text());
    }

    static Candidates of(TrainerConfig.Trees config) {
        boolean isBoosted = isBoosted(config);
        Map<String, ParameterValue> params = new TreeMap<>();
        if (isBoosted) {
            params.put("numRound", single(config.trees().orElse(200)));
            params.put("max_depth", single(config.depth().orElse(6)));
            params.put("eta", single(config.learningRate().orElse(0.1)));
            params.put("tree_method", single("hist"));
        } else {
            params.put("numTrees", single(config.trees().orElse(100)));
            params.put("maxDepth", single(config.depth().orElse(20)));
            params.put("maxMemoryInMB", single(512));
        }
        return new Candidates(
                config.code(),
                isBoosted ? XGBOOST : FOREST,
                params,
                0,
                config.classWeight(),
                config.classWeights(),
                Optional.empty());
    }

    private static ParameterValue single(Object value) {
        return new ParameterValue.Single(value.toString());
    }

    static boolean isBoosted(TrainerConfig.Trees config) {
        return switch (config.ensemble()) {
            case BOOSTED -> true;
            case FOREST -> false;
            case AUTO -> SparkMlEstimators.isOnTheClassPath(XGBOOST);
        };
    }

    /** The settings, in the order of the configuration: the first values of a parameter first. */
    List<SparkMlSettings> settings(long seed) {
        return SparkMlEstimators.settings(classifier, params).stream()
                .map(setting ->
                        new SparkMlSettings(classifier, setting, classWeight.code(), classWeights, partitions, seed))
                .toList();
    }

    /** The parameters of a setting in which the settings differ, as text. */
    static String differences(SparkMlSettings setting, List<SparkMlSettings> all) {
        SortedMap<String, ParameterValue> differing = new TreeMap<>(setting.params());
        differing
                .entrySet()
                .removeIf(entry -> all.stream()
                        .allMatch(
                                other -> entry.getValue().equals(other.params().get(entry.getKey()))));
        return differing.entrySet().stream()
                .map(entry -> entry.getKey() + " = " + entry.getValue())
                .collect(Collectors.joining(", "));
    }

    /** Whether the classifier was chosen by {@code trainer = trees}. */
    boolean isOfTrees() {
        return trainer.equals("trees");
    }

    boolean selectsOnFolds() {
        return selection.filter(rule -> rule.on() == SelectionConfig.On.FOLDS).isPresent();
    }

    /** The last part of the name of the class. */
    String simpleName() {
        return classifier.substring(classifier.lastIndexOf('.') + 1);
    }
}
