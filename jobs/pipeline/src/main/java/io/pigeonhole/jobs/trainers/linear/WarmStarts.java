package io.pigeonhole.jobs.trainers.linear;

import io.pigeonhole.jobs.configuration.LinearConfig;
import io.pigeonhole.jobs.models.ModelRegistry;
import io.pigeonhole.jobs.models.TrainedModel;
import io.pigeonhole.jobs.runs.Session;
import io.pigeonhole.training.FeatureMatch;
import io.pigeonhole.training.LinearClassifier;
import io.pigeonhole.training.LinearModel;
import io.pigeonhole.transforms.features.NamedFeature;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.ml.PipelineModel;

/**
 * The model version that a training starts from, matched to the present features.
 *
 * @param version the version
 * @param pipeline stages of the version
 */
record WarmStarts(TrainedModel version, PipelineModel pipeline) {

    /** The version from which the configuration starts a model. */
    static Optional<TrainedModel> version(Session session, String model, LinearConfig config) {
        return config.warmStart()
                .map(start -> ModelRegistry.find(session, start.model().orElse(model), Optional.of(start.version())));
    }

    static Optional<WarmStarts> load(Session session, String model, LinearConfig config) {
        return version(session, model, config)
                .map(version -> new WarmStarts(version, ModelRegistry.load(session, version)));
    }

    /** Sets this version as the start of a trainer's classifier. */
    void apply(String model, String trainer, LinearClassifier classifier, PipelineModel features) {
        LinearModel earlier = ModelRegistry.linear(pipeline);
        if (!earlier.scheme().code().equals(trainer)) {
            throw LinearErrors.otherTrainer(model, trainer, version, earlier);
        }
        classifier.startFrom(earlier, match(NamedFeature.of(pipeline), NamedFeature.of(features)));
    }

    /**
     * Matches features by name. With {@code x = (value - centre) * factor}, the coefficient w of an earlier x becomes
     * the coefficient {@code w * factor / newFactor} of the new x and adds {@code w * factor * (newCentre - centre)} to
     * the intercept.
     */
    static FeatureMatch match(List<NamedFeature> before, List<NamedFeature> now) {
        Map<String, Integer> places = new HashMap<>();
        for (int i = 0; i < before.size(); i++) {
            places.putIfAbsent(before.get(i).name(), i);
        }
        int[] earlier = new int[now.size()];
        double[] factors = new double[earlier.length];
        double[] shifts = new double[earlier.length];
        Arrays.setAll(
                earlier,
                j -> now.get(j).factor() == 0
                        ? -1
                        : places.getOrDefault(now.get(j).name(), -1));
        for (int j = 0; j < earlier.length; j++) {
            if (earlier[j] >= 0) {
                NamedFeature old = before.get(earlier[j]);
                factors[j] = old.factor() / now.get(j).factor();
                shifts[j] = old.factor() * (now.get(j).centre() - old.centre());
            }
        }
        return new FeatureMatch(earlier, factors, shifts);
    }

    /** Figures: the numbers of present features and classes that the earlier model had as well. */
    Map<String, Double> figures(PipelineModel features, LinearModel trained) {
        Map<String, Double> figures = new LinkedHashMap<>();
        figures.put("warm_start_version", (double) version.version());
        int[] earlier =
                match(NamedFeature.of(pipeline), NamedFeature.of(features)).earlier();
        figures.put("warm_start_features", (double)
                Arrays.stream(earlier).filter(j -> j >= 0).count());
        List<String> known = ModelRegistry.linear(pipeline).labels();
        figures.put("warm_start_classes", (double)
                trained.labels().stream().filter(known::contains).count());
        return figures;
    }
}
