package io.pigeonhole.benchmarks.training;

import io.pigeonhole.benchmarks.Bar;
import io.pigeonhole.benchmarks.Benchmark;
import io.pigeonhole.benchmarks.Contender;
import io.pigeonhole.training.HierarchicalClassifier;
import io.pigeonhole.training.OneVsRestClassifier;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;

/** How the time of a pass grows with the rows, and with the classes. */
public final class ScalingBenchmarks {

    private static final int ROWS = 25_000;
    private static final int CLASSES = 100;
    private static final int HEAP = 6_000;

    private ScalingBenchmarks() {}

    public static List<Benchmark> all() {
        return List.of(rows(), classes());
    }

    private static Benchmark rows() {
        return benchmark(
                "scaling_rows",
                "a pass over 1, 2, 4 and 8 times the rows; one against the rest, 100 classes",
                IntStream.of(1, 2, 4, 8)
                        .mapToObj(times -> contender(
                                rows(times),
                                new GeneratedTraining(times * ROWS, CLASSES, OneVsRestClassifier::new, false)))
                        .toList(),
                Bar.atMost(
                        "8 times the rows take no more than 8 times as long, and 10 % for noise",
                        "x", 8.8, Bar.ratio(rows(1), rows(8))));
    }

    private static Benchmark classes() {
        return benchmark(
                "scaling_classes",
                "a pass over 100,000 rows of 10 to 10,000 classes; hierarchical, two levels",
                IntStream.of(10, 100, 1_000, 10_000)
                        .mapToObj(classes -> contender(
                                classes(classes),
                                new GeneratedTraining(4 * ROWS, classes, HierarchicalClassifier::new, true)))
                        .toList(),
                Bar.atMost(
                        "1,000 times the classes take less than 1,000 times as long",
                        "x",
                        999,
                        Bar.ratio(classes(10), classes(10_000))));
    }

    private static String rows(int times) {
        return String.format(Locale.ROOT, "%,d rows", times * ROWS);
    }

    private static String classes(int classes) {
        return String.format(Locale.ROOT, "%,d classes", classes);
    }

    private static Contender contender(String name, GeneratedTraining work) {
        return Contender.java(name, HEAP, work);
    }

    private static Benchmark benchmark(String name, String title, List<Contender> contenders, Bar bar) {
        return new Benchmark(
                name,
                title,
                "Generated rows of 20 features out of 20,000, half of them typical of the class. Seconds are the median time of a"
                        + " pass, from one to the next, of 15, the first five left out.",
                Optional.empty(),
                Optional.empty(),
                3,
                contenders,
                List.of(bar));
    }
}
