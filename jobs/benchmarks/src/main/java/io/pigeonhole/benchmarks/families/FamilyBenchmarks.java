package io.pigeonhole.benchmarks.families;

import static io.pigeonhole.benchmarks.Contender.python;

import io.pigeonhole.benchmarks.Bar;
import io.pigeonhole.benchmarks.Benchmark;
import io.pigeonhole.benchmarks.Contender;
import io.pigeonhole.benchmarks.DataSet;
import io.pigeonhole.benchmarks.Summary;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/** What each family of models reaches on real data. A contender is a model of a configuration in {@code src/main/conf}. */
public final class FamilyBenchmarks {

    private static final DataSet CLINC150 =
            new DataSet("CLINC150", "CLINC150's data_full.json and domains.json (clinc/oos-eval)");
    private static final DataSet ONET = new DataSet("ONET", "the O*NET database's Alternate Titles.txt.gz");
    private static final DataSet RODENTS =
            new DataSet("RODENTS", "Portal_rodent.csv.gz and Portal_rodent_species.csv (weecology/PortalData)");
    private static final DataSet KDD99 = new DataSet("KDD99", "KDD Cup 1999's kddcup.data_10_percent.gz");

    private static final String HOW =
            "The launcher runs the configuration of this name in `src/main/conf` on two cores. Settings are picked on validation;"
                    + " figures are on test. Seconds are those of the phase that fits the classifier, or of the whole training"
                    + " where it has no such phase.";
    private static final String ACCURACY = "accuracy";
    private static final String VALIDATION = "validation accuracy";
    private static final String BOTH = "both";
    private static final String EMBEDDINGS = "embeddings";
    private static final String CASCADE = "cascade";
    private static final String REFIT = "both, trained on validation too";
    private static final String UNKNOWN = "both, hierarchical, with a rule for unknown rows";
    private static final String TREES = "trees";
    private static final String FOREST = "forest";
    private static final String XGBOOST = "XGBoost";
    private static final String SCIKIT_FOREST = "scikit-learn RandomForestClassifier";
    private static final List<String> OF_FEW_ROWS =
            List.of("n_grams", "softmax", "centroids", "common_covariance", "neighbours");

    private FamilyBenchmarks() {}

    public static List<Benchmark> all() {
        return List.of(
                clinc150(),
                onet(),
                trees(
                        "rodents",
                        RODENTS,
                        "rodents, 24 species: trees",
                        "n_estimators=200 max_depth=6 learning_rate=0.1",
                        15,
                        100),
                trees(
                        "kdd99",
                        KDD99,
                        "KDD Cup 1999, 23 classes: trees",
                        "n_estimators=20 max_depth=6 learning_rate=0.1",
                        12,
                        20),
                fewRows(),
                newIntents());
    }

    private static Benchmark clinc150() {
        List<Contender> contenders =
                new ArrayList<>(models("clinc150", "n_grams", "static", EMBEDDINGS, BOTH, CASCADE));
        contenders.add(python(REFIT, "family.py", "clinc150_refit", BOTH));
        contenders.add(python(UNKNOWN, "family.py", "clinc150_unknown", "hierarchical"));
        contenders.add(
                python("both, softmax, with a rule for unknown rows", "family.py", "clinc150_unknown", "softmax"));
        return benchmark(
                "clinc150_families",
                "CLINC150, 150 intents: n-grams, embeddings, both, and a cascade",
                HOW
                        + " Rows of no intent never train; the rule for them is fitted on rows of intents alone, and its decisions count as"
                        + " errors on rows of intents. Published for BERT: 96.9 % in scope, 40.3 %"
                        + " of the rows of no intent (Larson et al. 2019).",
                CLINC150,
                contenders,
                List.of(
                        Bar.atLeast("embeddings alone", "", 0.953, figure(EMBEDDINGS, ACCURACY)),
                        Bar.atLeast("embeddings with n-grams", "", 0.962, figure(BOTH, ACCURACY)),
                        new Bar(
                                "embeddings with n-grams, trained on validation too (no limit is set)",
                                "",
                                OptionalDouble.empty(),
                                true,
                                figure(REFIT, ACCURACY)),
                        Bar.atLeast(
                                "rows of no intent found, where at most 2 % of the others are lost on validation",
                                "", 0.70, figure(UNKNOWN, "unknown_recall")),
                        Bar.atLeast("cascade of static vectors and embeddings", "", 0.948, figure(CASCADE, ACCURACY)),
                        Bar.atMost(
                                "rows that its dear model answers", "", 0.35, figure(CASCADE, "share of embeddings"))));
    }

    private static Benchmark onet() {
        return benchmark(
                "onet_families",
                "O*NET titles, 1,016 occupations: linear models, embeddings, neighbours",
                HOW + " A title of several occupations is a row of each, so the best possible accuracy is near 81 %.",
                ONET,
                models("onet", "one_vs_rest", "softmax", "hierarchical", EMBEDDINGS, BOTH, "neighbours"),
                List.of(Bar.atLeast(
                        "points above the best linear model on n-grams",
                        "points",
                        3,
                        summary -> bestLinear(summary).isPresent()
                                        && summary.figure(BOTH, ACCURACY).isPresent()
                                ? OptionalDouble.of(100
                                        * (summary.figure(BOTH, ACCURACY).getAsDouble()
                                                - bestLinear(summary).getAsDouble()))
                                : OptionalDouble.empty())));
    }

    private static OptionalDouble bestLinear(Summary summary) {
        return Stream.of("one_vs_rest", "softmax", "hierarchical")
                .map(name -> summary.figure(name, ACCURACY))
                .flatMapToDouble(OptionalDouble::stream)
                .max();
    }

    /** Trees of the project beside those of XGBoost and scikit-learn, on the rows and features of the store. */
    private static Benchmark trees(
            String configuration, DataSet data, String title, String boosting, int depth, int trees) {
        List<Contender> contenders = new ArrayList<>(models(configuration, "softmax", TREES, FOREST));
        contenders.add(python(
                XGBOOST,
                "trees.py",
                Stream.concat(Stream.of(configuration, "xgboost"), Stream.of(boosting.split(" ")))
                        .toArray(String[]::new)));
        contenders.add(python(
                SCIKIT_FOREST, "trees.py", configuration, FOREST, "n_estimators=" + trees, "max_depth=" + depth));
        return benchmark(
                configuration + "_trees",
                title,
                HOW
                        + " `trees` are boosted by XGBoost within Spark. XGBoost's and scikit-learn's own packages get the same"
                        + " rows, features and settings, on one core as the project's task has.",
                data,
                contenders,
                List.of(
                        Bar.atLeast("accuracy, less XGBoost's", "points", -0.2, difference(TREES, XGBOOST, ACCURACY)),
                        Bar.atLeast(
                                "accuracy of the forest, less scikit-learn's",
                                "points",
                                -0.2,
                                difference(FOREST, SCIKIT_FOREST, ACCURACY)),
                        Bar.faster("at most 1.5 times XGBoost's time", TREES, XGBOOST, 1 / 1.5)));
    }

    private static Benchmark fewRows() {
        List<Contender> contenders = new ArrayList<>();
        for (int rows : List.of(5, 10)) {
            for (String model : OF_FEW_ROWS) {
                contenders.add(python(ofRows(model, rows), "few_rows.py", model, String.valueOf(rows)));
            }
        }
        return benchmark(
                "clinc150_few_rows",
                "CLINC150 with 5 and 10 rows for each intent",
                HOW
                        + " Means over three draws of the training rows. All but `n_grams` use embeddings. Known before: .841 and"
                        + " .881 by centroids.",
                CLINC150,
                contenders,
                List.of(
                        Bar.atLeast(
                                "5 rows, the best on validation: 2 points above .841",
                                "",
                                0.861,
                                summary -> bestOnValidation(summary, 5)),
                        Bar.atLeast(
                                "10 rows, the best on validation: 2 points above .881",
                                "",
                                0.901,
                                summary -> bestOnValidation(summary, 10))));
    }

    private static String ofRows(String model, int rows) {
        return model + ", " + rows;
    }

    /** The accuracy on test of the model with the highest one on validation. */
    private static OptionalDouble bestOnValidation(Summary summary, int rows) {
        return OF_FEW_ROWS.stream()
                .map(model -> ofRows(model, rows))
                .filter(model -> summary.figure(model, VALIDATION).isPresent())
                .max(Comparator.comparingDouble(
                        model -> summary.figure(model, VALIDATION).getAsDouble()))
                .map(model -> summary.figure(model, ACCURACY))
                .orElse(OptionalDouble.empty());
    }

    private static Benchmark newIntents() {
        return benchmark(
                "clinc150_new_intents",
                "CLINC150, 10 of 150 intents held out: proposed by discover, and added by five rows each",
                "Training has 140 intents. `discover` clusters the test rows that are decided unknown; an intent counts as"
                        + " proposed if a cluster has at least half of its test rows that were decided unknown, and at least"
                        + " 80 % of the cluster's rows are of the intent. Then `add_classes_to` adds the intents by five rows"
                        + " each, to 10 nearest neighbours and to centroids.",
                CLINC150,
                List.of(
                        python("discover", "new_intents.py", "discover"),
                        python("added to neighbours", "new_intents.py", "added", "near"),
                        python("added to centroids", "new_intents.py", "added", "centroids")),
                List.of(
                        Bar.atLeast("held-out intents proposed, of 10", "", 7, figure("discover", "proposed")),
                        new Bar(
                                "recall of the added intents (no limit is set)",
                                "",
                                OptionalDouble.empty(),
                                true,
                                figure("added to centroids", "recall of added intents"))));
    }

    private static Benchmark benchmark(
            String name, String title, String explanation, DataSet data, List<Contender> contenders, List<Bar> bars) {
        return new Benchmark(name, title, explanation, Optional.of(data), Optional.empty(), 1, contenders, bars);
    }

    private static List<Contender> models(String configuration, String... models) {
        return Stream.of(models)
                .map(model -> python(model, "family.py", configuration, model))
                .toList();
    }

    private static Bar.Figure figure(String contender, String name) {
        return summary -> summary.figure(contender, name);
    }

    /** In points. */
    private static Bar.Figure difference(String contender, String other, String name) {
        return summary -> {
            OptionalDouble one = summary.figure(contender, name);
            OptionalDouble two = summary.figure(other, name);
            return one.isPresent() && two.isPresent()
                    ? OptionalDouble.of(100 * (one.getAsDouble() - two.getAsDouble()))
                    : OptionalDouble.empty();
        };
    }
}
