package io.pigeonhole.benchmarks.training;

import io.pigeonhole.benchmarks.Bar;
import io.pigeonhole.benchmarks.Benchmark;
import io.pigeonhole.benchmarks.Contender;
import io.pigeonhole.benchmarks.DataSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** Trainings of sizes that stand for themselves: nobody is beside most of them. */
public final class LargeBenchmarks {

    private static final String PROJECT = "pigeonhole";
    private static final String OMIKUJI = "Omikuji";
    private static final String ACCURACY = "beam 10: accuracy";

    private LargeBenchmarks() {}

    public static List<Benchmark> all() {
        return List.of(oneVsRest(), labelTree(), fewRows());
    }

    private static Benchmark oneVsRest() {
        return benchmark(
                "large_one_vs_rest",
                "1,000 classes by 262,144 features one against the rest, on two executors",
                "50,000 generated rows of up to 25 features, half of them typical of the class or, in a fifth of the cases, of a"
                        + " class beside it: 262 million coefficients, 1 GiB. The driver, whose memory this is, has a heap of 1 GiB"
                        + " and never holds them; they are solved and written by the executors of a `local-cluster`, each of one"
                        + " core. Trained until the duality gap of each problem is at most a thousandth of its objective. Accuracy is that of the saved model, on"
                        + " 2,000 rows that training did not see.",
                Optional.of(new DataSet("SPARK_HOME", "an unmodified Spark 4.1.0, such as pyspark's in site-packages")),
                Contender.java(
                        PROJECT, 1_024, new ClusterTraining(new GeneratedRows(1_000, 1 << 18, 25, 0.2), 50_000, 6_144)),
                List.of(
                        Bar.atMost(
                                "it completes with 1 GiB for the driver",
                                "MiB",
                                1_024,
                                summary -> summary.figure(PROJECT, "heap of the driver, MiB")),
                        Bar.atMost(
                                "every problem converges",
                                "not converged",
                                0,
                                summary -> summary.figure(PROJECT, "not converged"))));
    }

    private static Benchmark labelTree() {
        return benchmark(
                "label_tree",
                "10,000 classes, 1,000,000 rows: a tree of classes that look alike, and a softmax at each node",
                "Generated rows of up to 30 out of 32,768 features, half of them typical of the class or, in three tenths of the"
                        + " cases, of a class beside it. Seconds are for the tree and all its nodes, in `local[2]`. Accuracy and"
                        + " rows in a second, on both cores, are those of 5,000 rows that training did not see, by the number of"
                        + " nodes of a level that a prediction follows.",
                Optional.empty(),
                Contender.java(
                        PROJECT, 9_500, new LabelTreeTraining(new GeneratedRows(10_000, 1 << 15, 30, 0.3), 1_000_000)),
                List.of(
                        Bar.atMost("under 30 minutes on 2 cores", "s", 1_800, summary -> summary.seconds(PROJECT)),
                        Bar.atMost("within 12 GiB", "MiB", 12 * 1_024, summary -> summary.peakMemoryMiB(PROJECT))));
    }

    private static Benchmark fewRows() {
        LabelTreeTraining training = new LabelTreeTraining(new GeneratedRows(100_000, 1 << 15, 30, 0.3), 1_000_000);
        return new Benchmark(
                "label_tree_few_rows",
                "100,000 classes of ten rows each: label_tree at its defaults, and Omikuji at its own",
                "Generated rows of up to 30 out of 32,768 features, half of them typical of the class or, in three tenths of the"
                        + " cases, of a class beside it. Seconds are for training alone, on two cores. Accuracy and rows in a second"
                        + " are those of 5,000 rows that training did not see; Omikuji predicts on one core, with its beam of 10.",
                Optional.empty(),
                Optional.of(Contender.java("data", 2_048, (place, setting) -> training.write(place))),
                1,
                List.of(
                        Contender.java(PROJECT, 3_584, training),
                        Contender.python(
                                OMIKUJI, "label_tree.py", LabelTreeTraining.TRAIN_FILE, LabelTreeTraining.TEST_FILE)),
                List.of(
                        Bar.faster("faster than Omikuji", PROJECT, OMIKUJI, 1),
                        Bar.atLeast(
                                "more accurate than Omikuji, by",
                                "",
                                0,
                                summary -> difference(
                                        summary.figure(PROJECT, ACCURACY), summary.figure(OMIKUJI, ACCURACY))),
                        Bar.atMost("within 5 GiB", "MiB", 5 * 1_024, summary -> summary.peakMemoryMiB(PROJECT))));
    }

    private static OptionalDouble difference(OptionalDouble one, OptionalDouble other) {
        return one.isEmpty() || other.isEmpty()
                ? OptionalDouble.empty()
                : OptionalDouble.of(one.getAsDouble() - other.getAsDouble());
    }

    private static Benchmark benchmark(
            String name,
            String title,
            String explanation,
            Optional<DataSet> needs,
            Contender contender,
            List<Bar> bars) {
        return new Benchmark(name, title, explanation, needs, Optional.empty(), 1, List.of(contender), bars);
    }
}
