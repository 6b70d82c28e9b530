package io.pigeonhole.jobs.configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import io.pigeonhole.deep.learning.Compression;
import io.pigeonhole.deep.network.NetworkSpec;
import io.pigeonhole.evaluation.means.Costs;
import io.pigeonhole.training.prior.PriorClassifier;
import io.pigeonhole.training.prior.PriorStrategy;
import io.pigeonhole.training.rules.Rule;
import io.pigeonhole.transforms.PipelineException;
import io.pigeonhole.transforms.features.FeatureSpec;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigurationsTest {

    private static final String VALID = """
        name = demo
        sources = [{ kind = cldr, name = cldr }]
        features = [{ kind = text, column = text, vocabulary { kind = terms } }]
        models = [{ name = soft, trainer = softmax }]
        """;

    @TempDir
    private Path folder;

    private Path file;

    @BeforeEach
    void setUp() {
        file = folder.resolve("demo.conf");
    }

    private PipelineConfig read(String text, String... settings) throws IOException {
        Files.writeString(file, text);
        return Configurations.read(file.toString(), List.of(settings));
    }

    private void assertRefused(String text, String... messages) throws IOException {
        Files.writeString(file, text);
        assertThatThrownBy(() -> Configurations.read(file.toString(), List.of()))
                .isInstanceOfSatisfying(
                        PipelineException.class,
                        e -> assertThat(e.category()).isEqualTo(PipelineException.Category.CONFIGURATION))
                .hasMessageContainingAll(messages);
    }

    @Test
    void whatAFileLeavesOutComesFromTheReference() throws IOException {
        PipelineConfig config = read(VALID);
        assertThat(config.seed()).isEqualTo(42);
        assertThat(config.stratify().seed()).isEqualTo(42);
        assertThat(config.store().root()).isEqualTo("./demo-store");
        FeatureSpec.Text text = (FeatureSpec.Text) config.features().get(0);
        assertThat(text.vocabulary()).isEqualTo(new FeatureSpec.Terms(200_000));
        assertThat(text.characters()).isEqualTo(FeatureSpec.Characters.ACROSS_WORDS);
        assertThat(text.norm()).isEqualTo(FeatureSpec.Norm.ALL);
        assertThat(((TrainerConfig.Softmax) config.models().get(0).trainer())
                        .linear()
                        .maxIter())
                .isEqualTo(200);
    }

    @Test
    void featuresOfTextsAndVectorsHaveTheirOwnSettings() throws IOException {
        PipelineConfig config = read(
                VALID,
                "features=[{kind=text,column=t,characters=within_words,norm=per_block},"
                        + "{kind=vector,column=v,scale=true}]");
        FeatureSpec.Text text = (FeatureSpec.Text) config.features().get(0);
        assertThat(text.characters()).isEqualTo(FeatureSpec.Characters.WITHIN_WORDS);
        assertThat(text.norm()).isEqualTo(FeatureSpec.Norm.PER_BLOCK);
        assertThat(((FeatureSpec.Vector) config.features().get(1)).scale()).isTrue();
    }

    @Test
    void anEmbeddingIsOfTextsOrOfImages() throws IOException {
        PipelineConfig config = read(
                VALID,
                "features=[{kind=embedding,column=t},{kind=embedding,column=p,model=m,output=o,pooling=none,normalize=false,"
                        + "weight=2.5,device=gpu,max_tokens=64,"
                        + "pixels{height=2,width=3,channels=1,mean=[0.5],std=[0.25]}}]");
        assertThat(config.features())
                .containsExactly(
                        new FeatureSpec.Embedding(
                                "t",
                                FeatureSpec.Method.FULL,
                                Optional.empty(),
                                Optional.empty(),
                                Optional.empty(),
                                FeatureSpec.Pooling.AUTO,
                                true,
                                512,
                                Optional.empty(),
                                1,
                                FeatureSpec.EmbeddingDevice.CPU),
                        new FeatureSpec.Embedding(
                                "p",
                                FeatureSpec.Method.FULL,
                                Optional.of("m"),
                                Optional.empty(),
                                Optional.of("o"),
                                FeatureSpec.Pooling.NONE,
                                false,
                                64,
                                Optional.of(new FeatureSpec.Pixels(2, 3, 1, List.of(0.5), List.of(0.25))),
                                2.5,
                                FeatureSpec.EmbeddingDevice.GPU));
        assertThatThrownBy(() -> read(VALID, "features=[{kind=embedding,column=t,model=m}]"))
                .hasMessageContaining("names only one of 'model' and 'tokenizer'");
        assertThatThrownBy(() -> read(VALID, "features=[{kind=embedding,column=t,weight=0,max_tokens=2}]"))
                .hasMessageContaining("keeps 2 tokens of a text");
        assertThatThrownBy(
                        () -> read(
                                VALID,
                                "features=[{kind=embedding,column=t,model=m,pixels{height=2,width=2,channels=2,mean=[0],std=[1,1]}}]"))
                .hasMessageContaining("each needs one number for each channel");
    }

    @Test
    void aSettingOverridesTheFileAndWhatRefersToIt() throws IOException {
        PipelineConfig config = read(VALID, "seed=7", "score.splits=[test]");
        assertThat(config.stratify().seed()).isEqualTo(7);
        assertThat(config.score().splits()).containsExactly("test");
    }

    @Test
    void aTimeGivenForAllSourcesPinsThoseThatHaveAPast() throws IOException {
        String delta = VALID + """
            sources = [{ kind = spark, name = s, read { format = delta, path = a }, columns { label = b, fields { text = t } } }]
            """;
        PipelineConfig config = read(delta, "as_of=2026-03-01T02:00:00Z");
        assertThat(((SourceConfig.Spark) config.sources().get(0)).read().timestamp())
                .hasValue("2026-03-01T02:00:00Z");
        assertThat(read(VALID, "as_of=2026-03-01T02:00:00Z").sources())
                .as("the JDK's own data do not change")
                .isEqualTo(read(VALID).sources());
        assertRefused(
                delta.replace("format = delta", "format = csv") + "as_of = 2026-03-01",
                "source 's' cannot be read as of 2026-03-01",
                "only a Delta table");
    }

    @Test
    void theThresholdForUnknownRowsIsChosenByOneKeyOnly() throws IOException {
        String some = VALID + "labels.unknown = [oos]\n";
        assertThat(goal(some, "score.unknown={}")).isEqualTo(new UnknownGoal.InScopeLoss(0.02));
        assertThat(goal(some, "score.unknown.objective=balanced_accuracy"))
                .isEqualTo(new UnknownGoal.BalancedAccuracy());
        assertThat(goal(
                        some + "score.unknown.at_most_in_scope_loss = 0.1",
                        "score.unknown={at_most_in_scope_loss=null,least_unknown_recall=0.7}"))
                .isEqualTo(new UnknownGoal.UnknownRecall(0.7));
        assertThat(read(some, "score.unknown.objective=balanced_accuracy")
                        .settings("score")
                        .text())
                .isEqualTo("score.unknown.objective = balanced_accuracy");
        assertRefused(
                some + "score.unknown { objective = balanced_accuracy, at_most_in_scope_loss = 0.02 }",
                "exactly one of at_most_in_scope_loss, objective and least_unknown_recall, not 2");
        assertRefused(
                some + "score.unknown { objective = balanced_accuracy, per_class = true }", "Set per_class = false");
        assertRefused(some + "score.unknown.least_unknown_recall = 1.5", "at most 1, not 1.5");
        assertRefused(some + "score.unknown.minimum_unknown_rows = 0", "at least 1, not 100 and 0");
        assertRefused(
                VALID + "score.unknown.objective = balanced_accuracy", "labels.unknown names no label of such rows");
    }

    private UnknownGoal goal(String text, String setting) throws IOException {
        return read(text, setting).score().unknown().orElseThrow().goal();
    }

    @Test
    void includesAndTheEnvironmentWork() throws IOException {
        Files.writeString(folder.resolve("base.conf"), VALID);
        PipelineConfig config = read("include \"base.conf\"\nstore.root = ${PATH}\nname = ${?NO_SUCH_VARIABLE}");
        assertThat(config.store().root()).isEqualTo(System.getenv("PATH"));
        assertThat(config.name()).isEqualTo("demo");
    }

    @Test
    void aTypoNamesFileLineKeyAndTheLikelyKey() throws IOException {
        assertRefused(
                VALID + "stratify { propotions { train = 1 } }",
                "demo.conf, line 5",
                "'stratify.propotions' is not a known key; did you mean 'proportions'?");
    }

    @Test
    void everyProblemIsReportedAtOnce() throws IOException {
        assertRefused(
                VALID.replace("trainer = softmax", "trainr = softmax").replace("kind = text", "kind = txt")
                        + "evaluate.bins = many",
                "'models[0].trainr' is not a known key; did you mean 'trainer'?",
                "'models[0].trainer' is missing",
                "'features[0].kind' 'txt' is not one of text, numeric, categorical, vector, embedding; did you mean 'text'?",
                "line 5: 'evaluate.bins' must be a whole number, not \"many\"");
    }

    @Test
    void aMissingVariableIsNamed() throws IOException {
        assertRefused(VALID + "store.root = ${NO_SUCH_VARIABLE}", "NO_SUCH_VARIABLE", "Set the environment variable");
    }

    @Test
    void aValueOutOfRangeNamesItsPlace() throws IOException {
        assertRefused(VALID + "extract.reject_limit = 3", "'extract'", "shares between 0 and 1");
        assertRefused(VALID.replace("name = soft", "name = \"a/b\""), "model name 'a/b'");
    }

    @Test
    void lossesAndPenaltiesThatMakeNoSenseTogetherAreRefused() throws IOException {
        String model = "trainer = softmax }";
        assertRefused(VALID.replace(model, "trainer = softmax, loss = squared_hinge }"), "one_vs_rest alone");
        assertRefused(VALID.replace(model, "trainer = one_vs_rest, label_smoothing = 0.1 }"), "where classes compete");
        assertRefused(
                VALID.replace(model, "trainer = softmax, class_weight = balanced, logit_adjustment = 1 }"),
                "use one of them");
        assertRefused(
                VALID.replace(model, "trainer = softmax, reg_param = 0, elastic_net = 0.5 }"), "reg_param above 0");
    }

    @Test
    void costsAreReadAndDecisionsByCostNeedThem() throws IOException {
        String costs = "costs { classes { spam { false_positive = 2, false_negative = 5 } },"
                + " pairs = [{ label = spam, predicted = ham, cost = 7 }], table { path = costs } }\n";
        CostsConfig read = read(VALID + costs + "score.decide = cost").costs();
        assertThat(read.falseNegative()).isEqualTo(1);
        assertThat(read.classes()).containsEntry("spam", new Costs.OfClass(2, 5));
        assertThat(read.pairs()).containsExactly(new Costs.Pair("spam", "ham", 7));
        assertThat(read(VALID).costs().areGiven()).isFalse();
        assertRefused(VALID + "score.decide = cost", "score.decide = cost needs costs");
        assertRefused(VALID + "costs.false_negative = -1", "'costs'", "false_negative = -1.0", "from 0 on");
    }

    @Test
    void treesPruningAndDecisionsForNodesAreChecked() throws IOException {
        String model = "trainer = softmax";
        assertRefused(VALID.replace(model, model + ", prune_below = -1"), "prune_below >= 0");
        assertRefused(VALID.replace(model, "trainer = label_tree, branching = 1"), "'models[0]' needs branching >= 2");
        assertRefused(
                VALID.replace(model, "trainer = label_tree, shape = flat, elastic_net = 0.5"),
                "'models[0]' has shape = flat, for which elastic_net");
        assertRefused(VALID + "score.node_threshold = 0", "node_threshold must be above 0");
        assertRefused(
                VALID + "score { decide_at = node, decide = cost }\ncosts.pairs = [{label=a,predicted=b,cost=1}]",
                "does not go together with decide = cost");
    }

    @Test
    void aNetworkTakesTheDefaultsOfItsKind() throws IOException {
        String model = "trainer = softmax";
        DeepConfig deep = ((TrainerConfig.Deep) read(VALID.replace(
                                model,
                                "trainer = deep, deep { network { kind = mlp, hidden = [8] }, tasks = 3, compression = int8 }"))
                        .models()
                        .get(0)
                        .trainer())
                .deep();
        assertThat(deep.network()).isEqualTo(new NetworkSpec.Mlp(List.of(8), 0, false));
        assertThat(deep.tasks()).isEqualTo(3);
        assertThat(deep.epochs()).isEqualTo(10);
        assertThat(deep.compression()).isEqualTo(Compression.INT8);
        assertRefused(VALID.replace(model, "trainer = deep"), "'models[0].deep.network' is missing");
        assertRefused(
                VALID.replace(model, "trainer = deep, deep { network { kind = cnn, hight = 28, width = 28 } }"),
                "'models[0].deep.network.hight' is not a known key; did you mean 'height'?",
                "'models[0].deep.network.height' is missing");
    }

    @Test
    void aKeyOfOtherTrainersIsRefusedWithTheTrainersThatHaveIt() throws IOException {
        String model = "trainer = softmax";
        assertRefused(
                VALID.replace(model, "trainer = softmax, branching = 10, deep { epochs = 3 }"),
                "line 4: 'models[0].branching' is a key for trainer = label_tree only; remove it",
                "'models[0].deep' is a key for trainer = deep only; remove it");
        assertRefused(
                VALID.replace(model, "trainer = deep, deep { network { kind = mlp, hidden = [8] } }, max_iter = 3"),
                "'models[0].max_iter' is a key for trainer = softmax, trainer = one_vs_rest, trainer = hierarchical,"
                        + " trainer = label_tree only");
        assertRefused(
                VALID.replace(model, "trainer = softmax, max_itr = 3"),
                "'models[0].max_itr' is not a known key; did you mean 'max_iter'?");
        assertRefused(
                VALID.replace(model, "trainer = sofmax, branching = 3"),
                "'models[0].trainer' 'sofmax' is not one of softmax, one_vs_rest",
                "did you mean 'softmax'?");
    }

    @Test
    void aDefaultOfAllModelsIsForThoseThatHaveTheKey() throws IOException {
        PipelineConfig config = read(
                VALID
                        + "models = ${models} [{ name = net, trainer = deep, deep.network { kind = mlp, hidden = [8] } }]",
                "defaults.models.max_iter=7");
        assertThat(((TrainerConfig.Softmax) config.models().get(0).trainer())
                        .linear()
                        .maxIter())
                .isEqualTo(7);
        assertThat(config.models().get(1).trainer().code()).isEqualTo("deep");
    }

    @Test
    void theParametersOfAClassifierOfSparkMlAreFree() throws IOException {
        String model = "trainer = softmax";
        PipelineConfig config = read(
                VALID.replace(
                        model,
                        "trainer = spark_ml, classifier = a.b.C, partitions = 3,"
                                + " params { numTrees = 10, impurity = [gini, entropy], layers = [[8, 4], [8, 8]], flag = true }"));
        TrainerConfig.SparkMl sparkMl =
                (TrainerConfig.SparkMl) config.models().get(0).trainer();
        assertThat(sparkMl.classifier()).isEqualTo("a.b.C");
        assertThat(sparkMl.partitions()).isEqualTo(3);
        assertThat(sparkMl.params().values())
                .extracting(FreeValue::toString)
                .containsExactly("true", "[gini, entropy]", "[[8, 4], [8, 8]]", "10");
        assertThat(sparkMl.params().values())
                .allSatisfy(
                        value -> assertThat(FreeValue.parse(value.toString())).isEqualTo(value));
        assertThat(Settings.of("models", config.models().get(0)).text())
                .as("a run knows them")
                .contains("models.params.layers = \"[[8, 4], [8, 8]]\"", "models.params.numTrees = 10");
        assertRefused(VALID.replace(model, "trainer = spark_ml"), "'models[0].classifier' is missing");
        assertRefused(
                VALID.replace(model, "trainer = spark_ml, classifier = C, params { depth { max = 3 } }"),
                "'models[0].params.depth' must be a number, a text, true, false or a list of these");
        assertRefused(VALID.replace(model, "trainer = spark_ml, classifier = C, partitions = -1"), "partitions of 0");
        assertRefused(
                VALID.replace(model, "trainer = spark_ml, classifier = C, selection.refit = true"),
                "selection.refit and selection.out_of_fold are for the linear trainers");
    }

    @Test
    void treesHaveFewKeys() throws IOException {
        String model = "trainer = softmax";
        TrainerConfig.Trees trees = (TrainerConfig.Trees)
                read(VALID.replace(model, "trainer = trees")).models().get(0).trainer();
        assertThat(trees.ensemble()).isEqualTo(TrainerConfig.Trees.Ensemble.AUTO);
        assertThat(trees.trees()).isEmpty();
        assertRefused(
                VALID.replace(model, "trainer = trees, depth = 0"), "needs trees, depth and learning_rate above 0");
        assertRefused(
                VALID.replace(model, "trainer = trees, ensemble = forest, learning_rate = 0.1"),
                "learning_rate is for boosted trees");
    }

    @Test
    void aPriorHasAStrategyAlone() throws IOException {
        String model = "trainer = softmax";
        assertThat(read(VALID.replace(model, "trainer = prior")).models().get(0).trainer())
                .isEqualTo(new TrainerConfig.Prior(PriorStrategy.PRIOR));
        PriorClassifier estimator = new PriorClassifier();
        assertThat(estimator.getOrDefault(estimator.strategy()))
                .as("the estimator has the same default")
                .isEqualTo(PriorStrategy.PRIOR.code());
        assertThat(read(VALID.replace(model, "trainer = prior, strategy = most_frequent"))
                        .models()
                        .get(0)
                        .trainer())
                .isEqualTo(new TrainerConfig.Prior(PriorStrategy.MOST_FREQUENT));
        assertRefused(
                VALID.replace(model, "trainer = prior, reg_param = 1"),
                "'models[0].reg_param' is a key for trainer = softmax");
        assertRefused(
                VALID.replace(model, "trainer = prior, strategy = stratified"),
                "'models[0].strategy' 'stratified' is not one of prior, most_frequent, uniform");
    }

    @Test
    void aModelMayHaveFeaturesOfItsOwn() throws IOException {
        String own = "features = [{ kind = embedding, column = text }]";
        String models = VALID + "models = ${models} [{ name = net, trainer = nearest, " + own + " }, { name = quick,"
                + " trainer = cascade, first = soft, second = net, budget { kind = share, at_most = 0.35 }%s }]";
        PipelineConfig config = read(String.format(models, ""));
        assertThat(config.features("soft")).isEqualTo(config.features());
        FeatureSpec.Embedding embedding =
                (FeatureSpec.Embedding) config.features("net").get(0);
        assertThat(embedding.maxTokens()).as("the defaults are the same").isEqualTo(512);
        assertThat(config.features("quick")).containsExactly(config.features().get(0), embedding);
        assertThat(config.allFeatures()).isEqualTo(config.features("quick"));
        FeatureSpec.Text text = (FeatureSpec.Text) read(VALID.replace(
                        "trainer = softmax",
                        "trainer = softmax, features = [{ kind = text, column = t, vocabulary { kind = terms } }]"))
                .features("soft")
                .get(0);
        assertThat(text.vocabulary()).isEqualTo(new FeatureSpec.Terms(200_000));
        assertThat(Settings.of(config.features("net")).text())
                .isEqualTo("features[0].column = text\nfeatures[0].kind = embedding");
        assertThat(Settings.of(config.features())).isEqualTo(config.settings("features"));
        assertRefused(
                String.format(models, ", " + own),
                "trainer = cascade has no features of its own: those of soft and net count; remove features");
        String prior = "{ name = floor, trainer = prior, " + own + " }";
        assertRefused(
                VALID + "models = [" + prior + "]", "trainer = prior has no features of its own; remove features");
    }

    @Test
    void everyModelOfFeaturesNeedsSome() throws IOException {
        String without = VALID.replaceFirst("features = .*\n", "");
        String own = ", features = [{ kind = text, column = text }]";
        String given = without.replace("softmax", "softmax" + own);
        assertThat(read(given + "models = ${models} [{ name = floor, trainer = prior }]")
                        .features())
                .isEmpty();
        assertRefused(
                given + "models = ${models} [{ name = net, trainer = nearest }]",
                "model 'net' has no features, and there are none for all models");
        assertRefused(without, "'features' is empty; give at least one");
    }

    @Test
    void aCascadeRefersToTwoModelsBeforeIt() throws IOException {
        String models = VALID + "models = ${models} [{ name = net, trainer = one_vs_rest%s }, { name = quick, trainer ="
                + " cascade, first = %s, second = net, budget { kind = %s }%s }]";
        assertThat(read(String.format(models, "", "soft", "share, at_most = 0.35", ""))
                        .models()
                        .get(2)
                        .trainer())
                .isEqualTo(new TrainerConfig.Cascade(
                        "soft",
                        "net",
                        Optional.empty(),
                        Optional.empty(),
                        new CascadeBudget.Share(0.35),
                        Optional.empty(),
                        0.95));
        assertRefused(
                String.format(models, "", "sotf", "share, at_most = 1", ""),
                "cascade 'quick' refers to model 'sotf', which does not stand before it");
        assertRefused(
                String.format(models, "", "quick", "share, at_most = 1", ""),
                "cascade 'quick' refers to model 'quick', which does not stand before it");
        assertRefused(
                String.format(models, "", "net", "share, at_most = 1", ""),
                "a cascade needs two models, and first and second are both 'net'");
        assertRefused(
                String.format(models, ", selection.refit = true", "soft", "share, at_most = 1", ""),
                "'net', which has selection.refit = true");
        assertRefused(
                String.format(models, "", "soft", "share, at_most = 1", "")
                        + "\nmodels = ${models} [{ name = twice, trainer = cascade, first = quick, second = net,"
                        + " budget { kind = share, at_most = 1 } }]",
                "refers to 'quick', which is a cascade itself");
        assertRefused(
                String.format(models, "", "soft", "share, at_most = 2", ""), "must lie between 0 and 1, not be 2.0");
        assertRefused(String.format(models, "", "soft", "cost, at_most = 0", ""), "at_most must be above 0, not 0.0");
        assertRefused(
                String.format(models, "", "soft", "cost, at_most = 2", ", costs { first = 3, second = 12 }"),
                "the first model alone costs 3.0 a row, and the budget is 2.0");
        assertRefused(
                String.format(models, "", "soft", "cost, at_most = 2", ", costs { first = 1, second = 0 }"),
                "need first >= 0 and second > 0, not 1.0 and 0.0");
        assertRefused(
                String.format(models, "", "soft", "share, at_most = 1", ", confidence_level = 1"),
                "confidence_level of a cascade must lie between 0 and 1, not be 1.0");
        assertRefused(
                String.format(models, "", "soft", "share, at_most = 1", ", first_version = 0"),
                "first_version and second_version must be at least 1, not 0");
    }

    @Test
    void rulesReferToAModelBeforeThem() throws IOException {
        String models = VALID + "models = ${models} [{ name = ruled, trainer = rules, base = %s, rules = [%s]%s }]";
        String rule = "{ id = refund, label = billing, sql = \"true\" }";
        TrainerConfig.Rules rules = (TrainerConfig.Rules)
                read(String.format(models, "soft", rule, "")).models().get(1).trainer();
        assertThat(rules.rules()).containsExactly(new Rule("refund", 1, 0, false, "billing", "true"));
        assertThat(rules.ruleTable()).isEmpty();
        assertThat(rules.confidenceLevel()).isEqualTo(0.95);
        assertRefused(
                String.format(models, "ruled", rule, ""),
                "the rules 'ruled' refer to model 'ruled', which does not stand before them");
        assertRefused(String.format(models, "soft", "", ""), "trainer = rules needs rules");
        assertRefused(String.format(models, "soft", rule + ", " + rule, ""), "two rules have the id 'refund'");
        assertRefused(String.format(models, "soft", rule.replace("true", " "), ""), "rule 'refund' has a blank sql");
        assertRefused(
                String.format(models, "soft", rule.replace("refund", "a b"), ""), "'a b' cannot be the id of a rule");
        assertRefused(
                String.format(models, "soft", rule.replace("id", "version = 0, id"), ""),
                "the version of rule 'refund' must be at least 1, not 0");
        assertRefused(String.format(models, "soft", rule, ", base_version = 0"), "base_version must be at least 1");
        assertRefused(
                String.format(models, "soft", rule, ", confidence_level = 1"), "must lie between 0 and 1, not be 1.0");
        assertRefused(
                String.format(models, "soft", rule, ", calibration = auto"),
                "a calibration by class could overrule them");
        assertRefused(
                String.format(models, "soft", rule, "")
                        + "\nmodels = ${models} [{ name = more, trainer = rules, base = ruled, rules = [" + rule
                        + "] }]",
                "which has rules itself");
    }

    @Test
    void theReferenceNamesEveryTrainer() throws IOException {
        try (InputStream reference = getClass().getResourceAsStream("/io/pigeonhole/jobs/reference.conf")) {
            String text = new String(Objects.requireNonNull(reference).readAllBytes(), StandardCharsets.UTF_8);
            String names = String.join(", ", TrainerConfig.codes()).replaceFirst(", (?=[^,]*$)", " or ");
            assertThat(text).contains("# trainer = " + names + ".");
        }
    }

    @Test
    void filesOfImagesAreToldApartByTheirNames() throws IOException {
        String cldr = "{ kind = cldr, name = cldr }";
        String part = "{ images = \"%s/train.gz\", labels = labels }";
        SourceConfig.Idx idx =
                (SourceConfig.Idx) read(VALID.replace(cldr, "{ kind = idx, name = images, parts = [" + part + "] }"))
                        .sources()
                        .get(0);
        assertThat(idx.labels()).isEmpty();
        assertThat(idx.parts().get(0).fileName()).isEqualTo("train");
        assertRefused(
                VALID.replace(cldr, "{ kind = idx, name = images, parts = [" + part + ", " + part + "] }"),
                "'sources[0]'",
                "image files of the name 'train'");
    }

    @Test
    void aFileOfPredictionsAloneNeedsNoModels() throws IOException {
        PredictionsConfig predictions = read("name = demo\npredictions.columns.probability_columns { a = pa, b = pb }")
                .predictions();
        assertThat(predictions.columns().label()).isEqualTo("label");
        assertThat(predictions.reading("lake/rows.csv").format()).contains("csv");
        assertThat(predictions.reading("lake/rows.csv").options()).containsEntry("header", "true");
        assertThat(predictions.reading("s3a://lake/rows").format()).contains("delta");
        assertThat(predictions.reading("lake.rows").table()).contains("lake.rows");
        assertRefused("name = demo\nmodels = [{ name = soft, trainer = softmax }]", "'sources' is empty");
    }

    @Test
    void aliasesAreComposedAndAppliedOnceAndNamesMayHaveDots() throws IOException {
        assertThat(read(VALID + "\nlabels.aliases { v1.0 = one, \" cafe\u0301 \" = bar }")
                        .labels()
                        .aliases())
                .containsExactly(entry("café", "bar"), entry("v1.0", "one"));
        assertRefused(VALID + "\nlabels.aliases { \"N/A\" = \" \" }", "'N/A' stands for nothing");
        assertRefused(VALID + "\nlabels.aliases { a = b, b = c }", "'a' stands for 'b'", "let 'a' stand for 'c'");
    }

    @Test
    void aSectionOfItsOwnHoldsVariables() throws IOException {
        assertThat(read("let { where = \"s3a://lake\" }\n" + VALID + "\nstore.root = ${let.where}\"/store\"")
                        .store()
                        .root())
                .isEqualTo("s3a://lake/store");
    }

    @Test
    void rowsToScoreAreATableOrASourceOrLikeOne() throws IOException {
        String csv = VALID + "\nsources = [{ kind = spark, name = csv, read { format = csv, path = \"a.csv\" },"
                + " columns { label = y, fields { text = text } } }]";
        PipelineConfig like = read(csv + "\nscore.examples { like = csv, path = \"new.csv\" }");
        SourceConfig.Spark source =
                like.score().examples().orElseThrow().source(like.sources()).orElseThrow();
        assertThat(source.read().path()).contains("new.csv");
        assertThat(source.columns()).isEqualTo(like.sources().get(0).mapping().orElseThrow());

        PipelineConfig own = read(VALID
                + "\nscore.examples { read { format = csv, path = \"new.csv\" }, columns { fields { text = body } } }");
        assertThat(own.score()
                        .examples()
                        .orElseThrow()
                        .source(own.sources())
                        .orElseThrow()
                        .columns()
                        .fields())
                .containsEntry("text", "body");
        PipelineConfig table = read(VALID + "\nscore.examples { format = delta, path = \"new\" }");
        assertThat(table.score().examples().orElseThrow().source(table.sources()))
                .isEmpty();
        assertRefused(
                VALID + "\nscore.examples { read { format = csv, path = x }, path = y }",
                "demo.conf, line ",
                "mixes its forms");
        assertRefused(csv + "\nscore.examples { like = nothing, path = y }", "'nothing'", "Sources are: csv");
        assertRefused(VALID + "\nscore.examples { like = cldr, path = y }", "not of kind spark");
    }

    @Test
    void aFileThatIsNotThereIsNamed() {
        assertThatThrownBy(() -> Configurations.read("no/such.conf", List.of()))
                .hasMessageContaining("There is no configuration file 'no/such.conf'");
    }

    @Test
    void theExamplesOfTheProjectAreValid() throws IOException {
        Path conf = Path.of("../../conf");
        assertThat(Configurations.read(conf.resolve("languages.conf").toString(), List.of())
                        .gates()
                        .statements())
                .hasSize(6);
        assertThat(Configurations.read(conf.resolve("languages_deep.conf").toString(), List.of())
                        .models())
                .hasSize(4);
        Files.copy(conf.resolve("gates.conf"), folder.resolve("gates.conf"));
        for (String name :
                List.of("clinc150", "clinc150_deep", "clinc150_unknown", "clinc150_rules", "rodents", "fashion")) {
            Path example = folder.resolve(name + ".conf");
            Files.writeString(
                    example,
                    Files.readString(conf.resolve(name + ".conf"))
                            .replaceAll("\\$\\{(CLINC150|RODENTS|FASHION)}", "lake"));
            assertThat(Configurations.read(example.toString(), List.of()).name())
                    .isEqualTo(name.replaceAll("_(deep|unknown|rules)", ""));
        }
    }
}
