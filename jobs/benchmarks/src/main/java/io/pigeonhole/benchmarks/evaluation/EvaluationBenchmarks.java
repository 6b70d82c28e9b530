package io.pigeonhole.benchmarks.evaluation;

import static io.pigeonhole.benchmarks.Contender.java;
import static io.pigeonhole.benchmarks.Contender.python;

import io.pigeonhole.benchmarks.Bar;
import io.pigeonhole.benchmarks.Benchmark;
import io.pigeonhole.benchmarks.Contender;
import java.util.List;
import java.util.Optional;

/** The benchmarks of the evaluation. */
public final class EvaluationBenchmarks {

    private static final String PROJECT = "pigeonhole";
    private static final String POINTS = "pigeonhole, point estimates";
    private static final String SCIKIT = "scikit-learn";
    private static final String SCIKIT_POINTS = "scikit-learn, point estimates";
    private static final String MLLIB = "MLlib MulticlassMetrics";
    private static final int REPLICATES = 1_000;
    private static final double LEVEL = 0.95;

    private EvaluationBenchmarks() {}

    public static List<Benchmark> all() {
        return List.of(large(), manyClasses(), ratio(), simulations());
    }

    private static Benchmark large() {
        GeneratedPredictions predictions = new GeneratedPredictions(10_000_000, 1_000, 20, 0);
        return new Benchmark(
                "evaluation_large",
                "10,000,000 predictions of 1,000 classes, in 20 slices",
                "Generated predictions, each in one of 20 slices. Every figure that follows from counts, of every class, in the"
                        + " whole and in each slice, with 1,000 bootstrap replicates; the tables are written.",
                Optional.empty(),
                Optional.of(preparation(predictions)),
                1,
                List.of(java(PROJECT, 5_000, new ProjectEvaluation(predictions, REPLICATES, LEVEL))),
                List.of(
                        Bar.atMost("under 100 s on 2 cores", "s", 100, summary -> summary.seconds(PROJECT)),
                        Bar.atMost("within 8 GiB", "MiB", 8 * 1_024, summary -> summary.peakMemoryMiB(PROJECT))));
    }

    private static Benchmark manyClasses() {
        GeneratedPredictions predictions = new GeneratedPredictions(1_000_000, 100_000, 0, 0);
        return new Benchmark(
                "evaluation_many_classes",
                "1,000,000 predictions of 100,000 classes",
                "Generated predictions. A matrix of classes by classes would take 37 GiB with four bytes an entry; the heap here"
                        + " is 3 GiB.",
                Optional.empty(),
                Optional.of(preparation(predictions)),
                1,
                List.of(java(PROJECT, 3_000, new ProjectEvaluation(predictions, REPLICATES, LEVEL))),
                List.of(Bar.atMost(
                        "no object of classes by classes: within 4 GiB",
                        "MiB",
                        4 * 1_024,
                        summary -> summary.peakMemoryMiB(PROJECT))));
    }

    private static Benchmark ratio() {
        GeneratedPredictions predictions = new GeneratedPredictions(1_000_000, 100, 0, 5);
        String file = "predictions-1000000-100-0-5";
        return new Benchmark(
                "evaluation_ratio",
                "1,000,000 predictions of 100 classes, with probabilities",
                "Generated predictions with the probabilities of 5 classes in each row, all others being exactly 0, so that the"
                        + " project's lists and scikit-learn's matrix say the same. scikit-learn computes classification_report and"
                        + " roc_auc_score (one against the rest) of the data and of replicates with Poisson weights. Point"
                        + " estimates alone of the project are an evaluation with the fewest replicates that it takes (4, at a"
                        + " level of 0.5). The project writes its seven tables; the others write nothing.",
                Optional.empty(),
                Optional.of(preparation(predictions)),
                3,
                List.of(
                        java(PROJECT, 5_000, new ProjectEvaluation(predictions, REPLICATES, LEVEL)),
                        java(POINTS, 5_000, new ProjectEvaluation(predictions, 4, 0.5)),
                        python(SCIKIT, "evaluate.py", file, String.valueOf(REPLICATES)),
                        python(SCIKIT_POINTS, "evaluate.py", file, "0"),
                        java(MLLIB, 5_000, new MllibEvaluation(predictions))),
                List.of(
                        Bar.atMost(
                                "1,000 replicates cost at most 3 times the point estimates alone",
                                "x",
                                3,
                                Bar.ratio(POINTS, PROJECT)),
                        Bar.atMost(
                                "with 1,000 replicates faster than scikit-learn's point estimates",
                                "x",
                                1,
                                Bar.ratio(SCIKIT_POINTS, PROJECT)),
                        Bar.comparison(
                                "ratio to scikit-learn with the same 1,000 replicates (no limit is set)",
                                PROJECT,
                                SCIKIT),
                        Bar.comparison(
                                "ratio to MulticlassMetrics, which has no intervals (no limit is set)",
                                PROJECT,
                                MLLIB)));
    }

    private static Benchmark simulations() {
        String tests = "simulations as tests, 20 times as long as in the build";
        return new Benchmark(
                "simulations",
                "whether intervals, comparisons and prediction sets keep their promises",
                "The project's own simulations with known truth (classes named *SimulationTest): coverage of 95 % intervals, alarms"
                        + " in comparisons of versions that are alike over 150 classes, power to find a loss of 5 points of recall,"
                        + " coverage of conformal sets over resplits. Each test states its bounds and fails outside of them.",
                Optional.empty(),
                Optional.empty(),
                1,
                List.of(python(tests, "simulate.py", "20")),
                List.of(Bar.atMost(
                        "no promise is broken", "failures", 0, summary -> summary.figure(tests, "failures"))));
    }

    private static Contender preparation(GeneratedPredictions predictions) {
        return java("data", 3_000, (place, setting) -> predictions.make(place));
    }
}
