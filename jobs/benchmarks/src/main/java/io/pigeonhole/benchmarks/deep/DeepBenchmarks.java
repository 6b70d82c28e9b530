package io.pigeonhole.benchmarks.deep;

import io.pigeonhole.benchmarks.Bar;
import io.pigeonhole.benchmarks.Benchmark;
import io.pigeonhole.benchmarks.Contender;
import io.pigeonhole.benchmarks.Measurement.Report;
import io.pigeonhole.benchmarks.Summary;
import io.pigeonhole.benchmarks.Work;
import io.pigeonhole.benchmarks.deep.ClincTraining.Trial;
import io.pigeonhole.benchmarks.deep.PlainNetwork.Convolutions;
import io.pigeonhole.benchmarks.training.FeatureTables;
import io.pigeonhole.deep.network.NetworkSpec;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The benchmarks of the deep trainer. */
public final class DeepBenchmarks {

    private static final String PROJECT = "pigeonhole";
    private static final String PYTORCH = "PyTorch";
    private static final String MLP = "pigeonhole, mlp";
    private static final String SCIKIT = "scikit-learn MLPClassifier";
    private static final String ACCURACY = "accuracy";
    private static final String BYTES = "MB exchanged";
    private static final String PLAIN = "Deeplearning4j, its own convolutions";
    private static final String PLAIN_DIRECT = "Deeplearning4j, DirectConvolution";
    private static final String SIDE_BY_SIDE = "two networks side by side";
    private static final String BAG = "mlp";
    private static final String TEXT_CNN = "text_cnn";
    private static final int HEAP = 6_000;
    private static final int IMAGES = 12_800;
    private static final int BATCH = 128;
    private static final double MOST_OVERHEAD = 1.15;
    private static final int LOCAL_STEPS = 64;
    private static final double MOST_SECONDS = 45 * 60;

    private static final Contender DATA = Contender.java("data", HEAP, (place, setting) -> FashionMnist.make(place));

    private DeepBenchmarks() {}

    public static List<Benchmark> all() {
        return List.of(fashion(), localSteps(), overhead(), clinc());
    }

    /** Two 3x3 convolutions, each halved, and a layer of so many units. */
    private static NetworkSpec.Cnn cnn(int hidden, double dropout, boolean flip) {
        int side = FashionMnist.SIDE;
        return new NetworkSpec.Cnn(side, side, 1, List.of(32, 64), 3, hidden, dropout, false, 0, flip);
    }

    private static Benchmark fashion() {
        NetworkSpec mlp = new NetworkSpec.Mlp(List.of(128), 0, false);
        return new Benchmark(
                "fashion_mnist",
                "Fashion-MNIST: two convolutions of 3x3, and networks without convolutions",
                "60,000 images to learn from, 10,000 to test on. Two convolutions of 32 and 64 filters, and 64 units."
                        + " Fitting alone is timed, with the images in memory. `pigeonhole` learns by two tasks of a"
                        + " thread each, mini-batches of 64, an average every 64 steps, images mirrored at random; PyTorch"
                        + " trains the same network for as many epochs on two threads, at the same rates and with the same"
                        + " mirroring, mini-batches of 128. The networks without convolutions have 128 hidden units; their"
                        + " objective is 1 plus the share of wrong decisions on the test images, so that near is about a"
                        + " tenth of a point of accuracy, and each stands at the least number of epochs that comes so near"
                        + " to the most accurate.",
                Optional.of(FashionMnist.DATA),
                Optional.of(DATA),
                2,
                List.of(
                        fashion(PROJECT, new FashionTraining(cnn(64, 0.25, true), LOCAL_STEPS), "", "20 epochs")
                                .atMost(1),
                        python(PYTORCH, "cnn", "", "20 epochs").atMost(1),
                        fashion(
                                MLP,
                                atAccuracy(new FashionTraining(mlp, LOCAL_STEPS)),
                                "mlp",
                                "3 epochs",
                                "5 epochs",
                                "8 epochs",
                                "12 epochs"),
                        python(SCIKIT, "mlp", "mlp", "5 epochs", "10 epochs", "20 epochs", "40 epochs")),
                List.of(
                        Bar.atLeast("test accuracy", "%", 92, summary -> percent(summary, PROJECT)),
                        Bar.atMost(
                                "under 45 minutes on 2 cores", "s", MOST_SECONDS, summary -> summary.seconds(PROJECT)),
                        Bar.comparison("ratio to PyTorch, same network and epochs (no limit is set)", PROJECT, PYTORCH),
                        Bar.comparison(
                                "ratio to scikit-learn's MLPClassifier at the same accuracy (no limit is set)",
                                MLP,
                                SCIKIT)));
    }

    private static Contender fashion(String name, Work work, String objective, String... settings) {
        return new Contender.Java(name, List.of(settings), objective, Integer.MAX_VALUE, HEAP, work);
    }

    private static Contender python(String name, String program, String objective, String... settings) {
        return new Contender.Python(
                name, List.of(settings), objective, Integer.MAX_VALUE, "fashion.py", List.of(program));
    }

    /** Held to the accuracy of others. */
    private static Work atAccuracy(Work work) {
        return (place, setting) -> {
            Report report = work.run(place, setting);
            Map<String, Double> figures = new TreeMap<>(report.figures());
            figures.put(Report.OBJECTIVE, 2 - report.figures().getOrDefault(ACCURACY, 0.0));
            return new Report(report.version(), report.seconds(), report.peakMemoryMiB(), figures, report.note());
        };
    }

    private static OptionalDouble percent(Summary summary, String contender) {
        OptionalDouble share = summary.figure(contender, ACCURACY);
        return share.isEmpty() ? share : OptionalDouble.of(100 * share.getAsDouble());
    }

    private static Benchmark localSteps() {
        return new Benchmark(
                "local_steps",
                "accuracy against bytes: 1, 8, 64 and 512 local steps between two averages",
                "Fashion-MNIST by two convolutions of 32 and 64 filters and 24 units, five epochs, the same"
                        + " mini-batches and rates in all. Bytes are those that two tasks and the driver send each other,"
                        + " parameters and differences, both as plain floats.",
                Optional.of(FashionMnist.DATA),
                Optional.of(DATA),
                1,
                IntStream.of(1, 8, 64, 512)
                        .mapToObj(steps ->
                                fashion(steps(steps), new FashionTraining(cnn(24, 0.1, true), steps), "", "5 epochs"))
                        .toList(),
                List.of(
                        Bar.atLeast(
                                "64 local steps: at least 50 times fewer bytes than with an average at each",
                                "x",
                                50,
                                summary -> difference(
                                        summary.figure(steps(1), BYTES),
                                        summary.figure(steps(LOCAL_STEPS), BYTES),
                                        (often, rarely) -> often / rarely)),
                        Bar.atMost(
                                "64 local steps: at most 0.3 points of accuracy fewer",
                                "points",
                                0.3,
                                summary -> lost(summary, LOCAL_STEPS)),
                        new Bar(
                                "512 local steps: points of accuracy fewer (no limit is set)",
                                "points",
                                OptionalDouble.empty(),
                                false,
                                summary -> lost(summary, 512))));
    }

    private static String steps(int localSteps) {
        return "H = " + localSteps;
    }

    private static OptionalDouble lost(Summary summary, int localSteps) {
        return difference(percent(summary, steps(1)), percent(summary, steps(localSteps)), (one, other) -> one - other);
    }

    private interface Comparison {
        double of(double one, double other);
    }

    private static OptionalDouble difference(OptionalDouble one, OptionalDouble other, Comparison comparison) {
        return one.isPresent() && other.isPresent()
                ? OptionalDouble.of(comparison.of(one.getAsDouble(), other.getAsDouble()))
                : OptionalDouble.empty();
    }

    private static Benchmark overhead() {
        NetworkSpec.Cnn network = cnn(24, 0.1, false);
        return new Benchmark(
                "deep_overhead",
                "what Spark, averages and the project's own optimiser cost beside Deeplearning4j alone",
                "The network of `local_steps`, 12,800 images, mini-batches of 128 and Adam. Seconds are those of a"
                        + " pass over the images, after a warm-up. `pigeonhole` learns by two Spark tasks of a thread"
                        + " each, with an average every 64 steps; Deeplearning4j by `fit` in one process, mini-batches"
                        + " lying ready: one network on two native threads, with its own convolutions or with this"
                        + " project's, or two networks of a thread each, side by side, that exchange nothing and so show"
                        + " what is possible.",
                Optional.of(FashionMnist.DATA),
                Optional.of(DATA),
                3,
                List.of(
                        Contender.java(PROJECT, HEAP, new TaskPace(network, IMAGES, BATCH)),
                        plain(PLAIN, Convolutions.DEEPLEARNING4J, 1, network, 1),
                        plain(PLAIN_DIRECT, Convolutions.THIS_PROJECT, 1, network, 2),
                        plain(SIDE_BY_SIDE, Convolutions.THIS_PROJECT, 2, network, 2)),
                List.of(
                        Bar.atMost(
                                "at most 15 % longer than Deeplearning4j with its own convolutions",
                                "x", MOST_OVERHEAD, Bar.ratio(PLAIN, PROJECT)),
                        Bar.atMost(
                                "at most 15 % longer than Deeplearning4j with this project's convolutions",
                                "x", MOST_OVERHEAD, Bar.ratio(PLAIN_DIRECT, PROJECT)),
                        Bar.comparison(
                                "time beside two networks that exchange nothing (no limit is set)",
                                SIDE_BY_SIDE,
                                PROJECT)));
    }

    private static Contender plain(
            String name, Convolutions convolutions, int networks, NetworkSpec.Cnn network, int passes) {
        return Contender.java(name, HEAP, new PlainPace(convolutions, networks, network, IMAGES, BATCH, passes));
    }

    private static Benchmark clinc() {
        return new Benchmark(
                "clinc150_deep",
                "CLINC150, 150 classes: networks",
                "A bag of embeddings of the n-grams that the linear models read, with a hidden layer or none, and"
                        + " convolutions over the embeddings of words (Kim 2014). Each is trained at several settings; the"
                        + " one that is best on the data's own validation list is tried on the test list, without"
                        + " out-of-scope rows. Seconds are of all trainings, features being there. Published for a CNN:"
                        + " 91.2 (Larson et al. 2019).",
                FeatureTables.CLINC150.needs(),
                Optional.empty(),
                1,
                List.of(
                        Contender.java(BAG, HEAP, new ClincTraining("features", bags())),
                        Contender.java(TEXT_CNN, HEAP, new ClincTraining("text", textCnns()))),
                List.of(
                        Bar.atLeast("mlp: test accuracy", "%", 91.5, summary -> percent(summary, BAG)),
                        new Bar(
                                "text_cnn: test accuracy (no limit is set)",
                                "%",
                                OptionalDouble.empty(),
                                true,
                                summary -> percent(summary, TEXT_CNN))));
    }

    private static List<Trial> bags() {
        return List.of(
                new Trial(new NetworkSpec.Mlp(List.of(256), 0.5, false), 10, 2e-3, 0.1),
                new Trial(new NetworkSpec.Mlp(List.of(), 0, false), 10, 1e-2, 0));
    }

    private static List<Trial> textCnns() {
        return Stream.of(1e-3, 3e-3)
                .map(rate -> new Trial(
                        new NetworkSpec.TextCnn(false, 1 << 14, 24, 128, List.of(1, 2, 3), 128, 0.5), 15, rate, 0.1))
                .toList();
    }
}
