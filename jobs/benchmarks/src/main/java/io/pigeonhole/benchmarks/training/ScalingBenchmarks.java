package io.pigeonhole.benchmarks.training;

import io.pigeonhole.benchmarks.Bar;
import io.pigeonhole.benchmarks.Benchmark;
import io.pigeonhole.benchmarks.Contender;
import io.pigeonhole.benchmarks.Summary;
import io.pigeonhole.training.HierarchicalClassifier;
import io.pigeonhole.training.OneVsRestClassifier;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

/** How the time of a pass grows with the rows, and with the classes. */
public final class ScalingBenchmarks {

    private static final int ROWS = 25_000;
    private static final int CLASSES = 100;
    private static final int HEAP = 6_000;
    private static final List<Integer> CLASS_COUNTS = List.of(10, 100, 1_000, 10_000);
    /** Each by itself: which one a trainer would choose changes along a series. */
    private static final List<String> METHODS = List.of("l-bfgs", "dual");

    private ScalingBenchmarks() {}

    public static List<Benchmark> all() {
        return List.of(rows(), classes());
    }

    private static Benchmark rows() {
        return benchmark(
                "scaling_rows",
                "a pass over 1, 2, 4 and 8 times the rows; one against the rest, 100 classes",
                METHODS.stream()
                        .flatMap(method -> IntStream.of(1, 2, 4, 8)
                                .mapToObj(times -> contender(
                                        rows(times, method),
                                        new GeneratedTraining(
                                                times * ROWS, CLASSES, OneVsRestClassifier::new, method, false))))
                        .toList(),
                METHODS.stream()
                        .map(method -> Bar.atMost(
                                method + ": 8 times the rows take no more than 8 times as long, and 10 % for noise",
                                "x",
                                8.8,
                                Bar.ratio(rows(1, method), rows(8, method))))
                        .toList());
    }

    private static Benchmark classes() {
        return benchmark(
                "scaling_classes",
                "a pass over 100,000 rows of 10 to 10,000 classes; hierarchical, two levels",
                METHODS.stream()
                        .flatMap(method -> CLASS_COUNTS.stream()
                                .map(count -> contender(
                                        classes(count, method),
                                        new GeneratedTraining(
                                                4 * ROWS, count, HierarchicalClassifier::new, method, true))))
                        .toList(),
                METHODS.stream()
                        .map(method -> Bar.atMost(
                                method
                                        + ": the time grows less than linearly, each time that the classes are ten times as many",
                                "x",
                                9.99,
                                summary -> steepest(summary, method)))
                        .toList());
    }

    /** The largest ratio of the time at one number of classes to that at a tenth of it. */
    private static OptionalDouble steepest(Summary summary, String method) {
        double steepest = 0;
        for (int i = 1; i < CLASS_COUNTS.size(); i++) {
            OptionalDouble ratio = Bar.ratio(
                            classes(CLASS_COUNTS.get(i - 1), method), classes(CLASS_COUNTS.get(i), method))
                    .of(summary);
            if (ratio.isEmpty()) {
                return ratio;
            }
            steepest = Math.max(steepest, ratio.getAsDouble());
        }
        return OptionalDouble.of(steepest);
    }

    private static String rows(int times, String method) {
        return String.format(Locale.ROOT, "%,d rows, %s", times * ROWS, method);
    }

    private static String classes(int classes, String method) {
        return String.format(Locale.ROOT, "%,d classes, %s", classes, method);
    }

    private static Contender contender(String name, GeneratedTraining work) {
        return Contender.java(name, HEAP, work);
    }

    private static Benchmark benchmark(String name, String title, List<Contender> contenders, List<Bar> bars) {
        return new Benchmark(
                name,
                title,
                "Generated rows of 20 features out of 20,000, half of them typical of the class; L-BFGS and dual coordinate ascent"
                        + " each by itself. Seconds are the median time of a pass, from one to the next, of 14, the first third left"
                        + " out, summed over the matrices that the problems are dealt to.",
                Optional.empty(),
                Optional.empty(),
                3,
                contenders,
                bars);
    }
}
