package io.pigeonhole.benchmarks.training;

import io.pigeonhole.benchmarks.Bar;
import io.pigeonhole.benchmarks.Benchmark;
import io.pigeonhole.benchmarks.Contender;
import io.pigeonhole.benchmarks.Summary;
import io.pigeonhole.training.HierarchicalClassifier;
import io.pigeonhole.training.LinearClassifier;
import io.pigeonhole.training.OneVsRestClassifier;
import io.pigeonhole.training.SoftmaxClassifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Supplier;

/** The benchmarks of the trainers. */
public final class TrainingBenchmarks {

    private static final String PROJECT = "pigeonhole";
    private static final String ONE_VS_REST = "MLlib OneVsRest";
    private static final String MULTINOMIAL = "MLlib multinomial";
    private static final String LIBLINEAR = "LIBLINEAR -s 0";
    private static final String LBFGS = "scikit-learn LogisticRegression";
    private static final String FASTTEXT = "fastText, hierarchical softmax";
    private static final String HICLASS = "HiClass";
    private static final String LOGISTIC = "logistic";
    private static final String SOFTMAX = "softmax";
    private static final String HIERARCHICAL = "hierarchical";
    private static final String PENALISED_BIAS = ", bias penalised";
    private static final int RUNS = 3;
    private static final int HEAP = 6_000;

    private static final String EXPLANATION =
            "Every contender gets the same vectors. What is timed is fitting alone, with the rows in memory; in the JVM after a"
                    + " small fit that loads classes and starts Spark, in `local[2]`. LIBLINEAR runs on one core and penalises the"
                    + " bias, so its objective is compared with its own best. Accuracy is on the test rows.";

    private TrainingBenchmarks() {}

    public static List<Benchmark> all() {
        return List.of(
                oneVsRest("clinc150_one_vs_rest", FeatureTables.CLINC150, "CLINC150, 150 classes", 30, 200),
                softmax("clinc150_softmax", FeatureTables.CLINC150, "CLINC150, 150 classes"),
                hierarchical("clinc150_hierarchical", FeatureTables.CLINC150, "CLINC150, 10 domains, 150 classes"),
                dense(),
                oneVsRest("onet_one_vs_rest", FeatureTables.ONET, "O*NET titles, 1,016 classes", 50, 400),
                ownSoftmax("onet_softmax", FeatureTables.ONET, "O*NET titles, 1,016 classes"),
                hierarchical("onet_hierarchical", FeatureTables.ONET, "O*NET titles, five levels, 1,016 classes"),
                oneVsRest(
                        "languages_one_vs_rest",
                        FeatureTables.LANGUAGES,
                        "the quickstart's languages, about 200 classes"),
                softmaxBesideScikit(
                        "languages_softmax", FeatureTables.LANGUAGES, "the quickstart's languages, about 200 classes"));
    }

    private static Benchmark oneVsRest(String name, FeatureTable table, String title, int classes, double limit) {
        List<Contender> contenders = new ArrayList<>(project(table, LOGISTIC, OneVsRestClassifier::new));
        contenders.add(mllib(ONE_VS_REST, table, LOGISTIC, classes, "1e-5", "1e-6"));
        contenders.addAll(oneVsRestInPython(table));
        return benchmark(
                name,
                table,
                title + ": one against the rest",
                contenders,
                List.of(
                        Bar.faster("at least " + (int) limit + " times as fast as MLlib", PROJECT, ONE_VS_REST, limit),
                        besideLiblinear(table)));
    }

    private static Benchmark oneVsRest(String name, FeatureTable table, String title) {
        List<Contender> contenders = new ArrayList<>(project(table, LOGISTIC, OneVsRestClassifier::new));
        contenders.addAll(oneVsRestInPython(table));
        return benchmark(name, table, title + ": one against the rest", contenders, List.of(besideLiblinear(table)));
    }

    /** The limit is for CLINC150's 150 classes. */
    private static Bar besideLiblinear(FeatureTable table) {
        return table.equals(FeatureTables.CLINC150)
                ? Bar.atLeast(
                        "at least 5 times as fast as LIBLINEAR -s 0, its time halved", "x", 5, TrainingBenchmarks::half)
                : new Bar(
                        "ratio to LIBLINEAR -s 0, its time halved (no limit is set)",
                        "x",
                        OptionalDouble.empty(),
                        true,
                        TrainingBenchmarks::half);
    }

    private static List<Contender> oneVsRestInPython(FeatureTable table) {
        List<Contender> contenders = new ArrayList<>();
        contenders.add(python("reference" + PENALISED_BIAS, table, LOGISTIC + PENALISED_BIAS, "liblinear 0", "1e-5"));
        contenders.add(
                python(LIBLINEAR, table, LOGISTIC + PENALISED_BIAS, "liblinear 0", "0.1", "0.01", "0.001", "1e-4"));
        contenders.add(
                python("LIBLINEAR -s 7", table, LOGISTIC + PENALISED_BIAS, "liblinear 7", "1", "0.1", "0.01", "0.001"));
        String hinge = "squared_hinge" + PENALISED_BIAS;
        contenders.add(python("LIBLINEAR -s 1", table, hinge, "liblinear 1", "1", "0.1", "0.01", "0.001"));
        contenders.add(python("scikit-learn LinearSVC", table, hinge, "linear_svc", "0.1", "0.01", "0.001", "1e-4"));
        contenders.add(python(
                "scikit-learn OneVsRestClassifier", table, LOGISTIC, "one_vs_rest", "1e-2", "1e-3", "1e-4", "1e-5"));
        contenders.add(python("scikit-learn SGDClassifier", table, LOGISTIC, "sgd", "1e-3", "1e-4", "1e-5"));
        contenders.add(python("napkinXC HSM", table, "", "napkinxc", ""));
        return contenders;
    }

    private static OptionalDouble half(Summary summary) {
        OptionalDouble ratio = Bar.ratio(PROJECT, LIBLINEAR).of(summary);
        return ratio.isEmpty() ? ratio : OptionalDouble.of(ratio.getAsDouble() / 2);
    }

    private static Benchmark softmax(String name, FeatureTable table, String title) {
        List<Contender> contenders = new ArrayList<>(project(table, SOFTMAX, SoftmaxClassifier::new));
        // the time of so few iterations is already enough for the bar; a tolerance of 1e-5 takes more than 24 minutes
        contenders.add(mllib(MULTINOMIAL, table, SOFTMAX, 0, "50 iterations").atMost(1));
        contenders.add(scikit(table));
        contenders.add(fastText(table));
        return benchmark(
                name,
                table,
                title + ": softmax",
                contenders,
                List.of(Bar.faster("at least 40 times as fast as MLlib", PROJECT, MULTINOMIAL, 40)));
    }

    private static Benchmark softmaxBesideScikit(String name, FeatureTable table, String title) {
        List<Contender> contenders = new ArrayList<>(project(table, SOFTMAX, SoftmaxClassifier::new));
        contenders.add(scikit(table));
        contenders.add(fastText(table));
        return benchmark(
                name,
                table,
                title + ": softmax",
                contenders,
                List.of(Bar.comparison("ratio to scikit-learn's lbfgs (no limit is set)", PROJECT, LBFGS)));
    }

    /** Of so many classes and features that the vectors of other people's L-BFGS do not fit the machine. */
    private static Benchmark ownSoftmax(String name, FeatureTable table, String title) {
        List<Contender> contenders = new ArrayList<>(project(table, SOFTMAX, SoftmaxClassifier::new));
        contenders.add(fastText(table));
        return benchmark(
                name,
                table,
                title + ": softmax, without MLlib and scikit-learn, whose L-BFGS needs about 30 vectors of 1 GB",
                contenders,
                List.of(Bar.comparison("ratio to fastText (no limit is set)", PROJECT, FASTTEXT)));
    }

    private static Contender scikit(FeatureTable table) {
        return python(LBFGS, table, SOFTMAX, "softmax", "1e-3", "1e-4", "1e-5", "1e-6");
    }

    private static Contender fastText(FeatureTable table) {
        return python(FASTTEXT, table, "", "fasttext", "");
    }

    /** HiClass does not come near on CLINC150 with a tolerance of 1e-3. */
    private static Benchmark hierarchical(String name, FeatureTable table, String title) {
        List<Contender> contenders = new ArrayList<>(project(table, HIERARCHICAL, HierarchicalClassifier::new));
        contenders.add(python(HICLASS, table, HIERARCHICAL, "hiclass", "1e-4", "1e-5"));
        return benchmark(
                name,
                table,
                title + ": a softmax at every inner node",
                contenders,
                List.of(Bar.faster("at least 10 times as fast as HiClass, n_jobs 2", PROJECT, HICLASS, 10)));
    }

    /** Scikit-learn stops 2e-3 above the best known objective at any tolerance, sooner at greater ones. */
    private static Benchmark dense() {
        List<Contender> contenders = new ArrayList<>(project(FeatureTables.KDD99, SOFTMAX, SoftmaxClassifier::new));
        contenders.add(python(LBFGS, FeatureTables.KDD99, SOFTMAX, "softmax", "1e-6"));
        return benchmark(
                "kdd99_softmax",
                FeatureTables.KDD99,
                "KDD Cup 1999, 494,021 rows, dense, 23 classes: softmax",
                contenders,
                List.of(Bar.faster("faster than scikit-learn's lbfgs on both cores", PROJECT, LBFGS, 1)));
    }

    private static Benchmark benchmark(
            String name, FeatureTable table, String title, List<Contender> contenders, List<Bar> bars) {
        return new Benchmark(
                name,
                title,
                EXPLANATION,
                table.needs(),
                Optional.of(Contender.java("data", HEAP, (place, setting) -> table.make(place))),
                RUNS,
                contenders,
                bars);
    }

    /** The project's trainer, and before it the same one with a tolerance that sets the best known objective. */
    private static List<Contender> project(FeatureTable table, String kind, Supplier<LinearClassifier> trainer) {
        Contender reference = new Contender.Java(
                "reference", List.of("1e-8"), kind, 1, HEAP, new ProjectTraining(table, kind, trainer));
        return List.of(
                reference,
                new Contender.Java(
                        PROJECT,
                        List.of("1e-2", "1e-3", "3e-4", "1e-4", "3e-5", "1e-5", "3e-6", "1e-6"),
                        kind,
                        Integer.MAX_VALUE,
                        HEAP,
                        new ProjectTraining(table, kind, trainer)));
    }

    /** With a tolerance of 1e-4, one against the rest does not come near on CLINC150. */
    private static Contender mllib(String name, FeatureTable table, String kind, int classes, String... settings) {
        return new Contender.Java(name, List.of(settings), kind, 1, HEAP, new MllibTraining(table, kind, classes));
    }

    private static Contender python(
            String name, FeatureTable table, String objective, String program, String... settings) {
        List<String> arguments = new ArrayList<>(List.of(table.name(), String.valueOf(table.regParam())));
        arguments.addAll(List.of(program.split(" ")));
        return new Contender.Python(name, List.of(settings), objective, Integer.MAX_VALUE, "train.py", arguments);
    }
}
