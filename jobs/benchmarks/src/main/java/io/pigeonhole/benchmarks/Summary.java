package io.pigeonhole.benchmarks;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;

/**
 * The measurements of one benchmark, contender by contender, each at the first of its settings that comes near enough to the
 * best objective known.
 */
public final class Summary {

    /** How far above the best known objective, as a share of it, a contender has arrived. */
    static final double NEAR = 1e-3;

    private final Benchmark benchmark;
    private final List<Measurement> measurements;

    Summary(Benchmark benchmark, List<Measurement> all) {
        this.benchmark = benchmark;
        this.measurements = all.stream()
                .filter(measurement -> measurement.benchmark().equals(benchmark.name()))
                .toList();
    }

    /** The least objective that any contender of the same function reached at any of its settings. */
    OptionalDouble bestKnown(String objective) {
        return measurements.stream()
                .filter(measurement -> benchmark.contenders().stream()
                        .anyMatch(contender -> measurement.isOf(contender)
                                && contender.objective().equals(objective)))
                .flatMap(measurement -> objective(measurement).stream().boxed())
                .mapToDouble(Double::doubleValue)
                .min();
    }

    private static OptionalDouble objective(Measurement measurement) {
        Double objective = measurement.report().figures().get(Measurement.Report.OBJECTIVE);
        return objective == null ? OptionalDouble.empty() : OptionalDouble.of(objective);
    }

    /** How far a measurement's objective is above the best known, as a share of that. */
    OptionalDouble gap(Contender contender, Measurement measurement) {
        OptionalDouble best = bestKnown(contender.objective());
        OptionalDouble reached = objective(measurement);
        return contender.objective().isEmpty() || best.isEmpty() || reached.isEmpty()
                ? OptionalDouble.empty()
                : OptionalDouble.of(reached.getAsDouble() / best.getAsDouble() - 1);
    }

    /** Whether a measurement came near enough; one without an objective always has. */
    boolean isNear(Contender contender, Measurement measurement) {
        return contender.objective().isEmpty() || gap(contender, measurement).orElse(Double.POSITIVE_INFINITY) <= NEAR;
    }

    /** The measurements that stand for a contender: those at its quickest setting that is near, or else at its last one. */
    List<Measurement> of(Contender contender) {
        List<Measurement> own =
                measurements.stream().filter(one -> one.isOf(contender)).toList();
        Optional<String> setting = contender.settings().stream()
                .filter(one -> own.stream()
                        .anyMatch(measurement -> measurement.setting().equals(one) && isNear(contender, measurement)))
                .findFirst()
                .or(() -> own.stream()
                        .map(Measurement::setting)
                        .max(Comparator.comparingInt(contender.settings()::indexOf)));
        return own.stream()
                .filter(measurement -> measurement.setting().equals(setting.orElseThrow()))
                .toList();
    }

    /** Median of the seconds of a contender that came near enough. */
    public OptionalDouble seconds(String contender) {
        return median(contender, report -> report.seconds());
    }

    /**
     * Median of the seconds that a contender needs at the least to come near enough: as above, or, where not even its last
     * setting came near, what that took.
     */
    public OptionalDouble leastSeconds(String name) {
        return median(of(benchmark.contender(name)).stream()
                .mapToDouble(measurement -> measurement.report().seconds())
                .toArray());
    }

    /** Median of the most memory of a contender. */
    public OptionalDouble peakMemoryMiB(String contender) {
        return median(contender, report -> report.peakMemoryMiB());
    }

    /** Median of one of a contender's figures. */
    public OptionalDouble figure(String contender, String figure) {
        return median(contender, report -> report.figures().getOrDefault(figure, Double.NaN));
    }

    private OptionalDouble median(String name, ToDoubleFunction<Measurement.Report> value) {
        Contender contender = benchmark.contender(name);
        double[] values = of(contender).stream()
                .filter(measurement -> isNear(contender, measurement))
                .mapToDouble(measurement -> value.applyAsDouble(measurement.report()))
                .filter(Double::isFinite)
                .toArray();
        return median(values);
    }

    static OptionalDouble median(double... values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length == 0
                ? OptionalDouble.empty()
                : OptionalDouble.of(
                        sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2);
    }
}
