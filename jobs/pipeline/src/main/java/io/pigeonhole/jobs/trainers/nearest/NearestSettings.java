package io.pigeonhole.jobs.trainers.nearest;

import io.pigeonhole.jobs.configuration.TrainerConfig;
import io.pigeonhole.training.nearest.Covariance;
import io.pigeonhole.training.nearest.Metric;
import io.pigeonhole.training.nearest.NearestMethod;
import io.pigeonhole.training.nearest.NearestSetting;
import io.pigeonhole.training.nearest.VoteWeights;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The candidate settings of a model. */
final class NearestSettings {

    private NearestSettings() {}

    /**
     * The settings, the simplest first. Of neighbours, more are simpler, equal votes are simpler than others, and a
     * smaller balance than a larger one. Of centroids, no covariance is simpler than one, and then the larger share of the
     * unit matrix.
     */
    static List<NearestSetting> of(TrainerConfig.Nearest trainer) {
        return trainer.metric().values().stream()
                .sorted()
                .flatMap(metric -> (trainer.method() == NearestMethod.NEIGHBOURS
                                ? neighbours(trainer, metric)
                                : centroids(trainer, metric))
                        .stream())
                .toList();
    }

    private static List<NearestSetting> neighbours(TrainerConfig.Nearest trainer, Metric metric) {
        List<NearestSetting> settings = new ArrayList<>();
        trainer.neighbours().values().stream()
                .sorted(Comparator.reverseOrder())
                .forEach(number -> trainer.weights().values().stream()
                        .sorted()
                        .forEach(weights -> trainer.balance().values().stream()
                                .sorted()
                                .forEach(balance -> settings.add(
                                        new NearestSetting(number, weights, balance, metric, Covariance.NONE, 1)))));
        return settings;
    }

    private static List<NearestSetting> centroids(TrainerConfig.Nearest trainer, Metric metric) {
        return trainer.covariance().values().stream()
                .sorted()
                .flatMap(covariance -> covariance == Covariance.NONE
                        ? Stream.of(1.0)
                                .map(share -> new NearestSetting(1, VoteWeights.DISTANCE, 0, metric, covariance, share))
                        : trainer.shrinkage().values().stream()
                                .sorted(Comparator.reverseOrder())
                                .map(share ->
                                        new NearestSetting(1, VoteWeights.DISTANCE, 0, metric, covariance, share)))
                .toList();
    }

    private static String balance(NearestSetting setting) {
        return setting.balance() == 0 ? "" : String.format(Locale.ROOT, ", balance %.3g", setting.balance());
    }

    /** Text for people. */
    static String text(NearestMethod method, NearestSetting setting) {
        Stream<String> own = method == NearestMethod.NEIGHBOURS
                ? Stream.of(
                        "neighbours " + setting.neighbours(),
                        "weights " + setting.weights().code() + balance(setting))
                : setting.covariance() == Covariance.NONE
                        ? Stream.of("covariance none")
                        : Stream.of(
                                "covariance shared", String.format(Locale.ROOT, "shrinkage %.3g", setting.shrinkage()));
        return Stream.concat(Stream.of("metric " + setting.metric().code()), own)
                .collect(Collectors.joining(", "));
    }
}
