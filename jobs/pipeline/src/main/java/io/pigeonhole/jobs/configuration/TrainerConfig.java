package io.pigeonhole.jobs.configuration;

import io.pigeonhole.training.nearest.Covariance;
import io.pigeonhole.training.nearest.Metric;
import io.pigeonhole.training.nearest.NearestMethod;
import io.pigeonhole.training.nearest.VoteWeights;
import io.pigeonhole.training.prior.PriorStrategy;
import io.pigeonhole.training.rules.Rule;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A trainer with its settings. In a file the key {@code trainer} of a model selects it, and its settings are keys of
 * the model's object. These records are the complete list of trainers.
 */
public sealed interface TrainerConfig {

    /** Codes of all trainers: the values of the key {@code trainer}. */
    static List<String> codes() {
        return List.copyOf(RecordKeys.alternatives(TrainerConfig.class).keySet());
    }

    /** The code of this trainer. */
    default String code() {
        return RecordKeys.snakeCase(getClass().getSimpleName());
    }

    /** Refuses a resampling of the training rows if the trainer would not follow it. */
    default void requireResamplable() {
        throw ModelErrors.notResamplable(code());
    }

    /** Whether its models are made from features. */
    default boolean usesFeatures() {
        return true;
    }

    /** Whether its training fits the features; otherwise its models do not depend on how they are configured. */
    default boolean fitsFeatures() {
        return usesFeatures();
    }

    /** Names of the models that its models consist of. */
    default List<String> members() {
        return List.of();
    }

    /** Whether the examples must be divided into folds. */
    default boolean needsFolds() {
        return false;
    }

    /** Whether the rows of its models say what decided them, since rules or several models may. */
    default boolean severalDecide() {
        return false;
    }

    /** A trainer that uses the linear solver. */
    sealed interface Linear extends TrainerConfig {

        LinearConfig linear();

        @Override
        default void requireResamplable() {
            if (linear().classWeight().values().stream().anyMatch(weight -> weight != ClassWeight.NONE)) {
                throw ModelErrors.resampledAndWeighted();
            }
        }

        @Override
        default boolean needsFolds() {
            return linear().selectsOnFolds();
        }
    }

    /** A trainer that weighs rows by their class, in one given way. */
    sealed interface Weighted extends TrainerConfig {

        ClassWeight classWeight();

        @Override
        default void requireResamplable() {
            if (classWeight() != ClassWeight.NONE) {
                throw ModelErrors.resampledAndWeighted();
            }
        }
    }

    /** One problem over all classes. */
    record Softmax(@Inline LinearConfig linear) implements Linear {
        public Softmax {
            linear.requireCompetition();
        }
    }

    /** A problem for each class against the rest. */
    record OneVsRest(@Inline LinearConfig linear) implements Linear {
        public OneVsRest {
            linear.requireNoCompetition();
        }
    }

    /** A problem at each inner node of the taxonomy. */
    record Hierarchical(@Inline LinearConfig linear) implements Linear {
        public Hierarchical {
            linear.requireCompetition();
        }
    }

    /**
     * A hierarchical model over a balanced tree of classes, which is learnt from the training rows.
     *
     * @param branching maximum children of a node of the tree
     * @param beamWidth nodes of each level of the tree that a prediction follows; 0 for all
     * @param shape whether the tree has levels
     */
    record LabelTree(@Inline LinearConfig linear, int branching, int beamWidth, Shape shape) implements Linear {

        /** Whether a learnt tree has levels. */
        public enum Shape {
            /** Flat where many classes have few rows each; otherwise levels. */
            AUTO,
            /** A softmax at each node. */
            LEVELS,
            /** No tree: a sparse score for each class, learnt from its rows and from the nearest rows of other classes. */
            FLAT;

            /** The name that the trainer uses. */
            public String code() {
                return name().toLowerCase(Locale.ROOT);
            }
        }

        public LabelTree {
            linear.requireCompetition();
            if (branching < 2 || beamWidth < 0) {
                throw ModelErrors.labelTree(branching, beamWidth);
            }
            boolean canBeFlat = linear.elasticNet().all(share -> share == 0)
                    && linear.regParam().all(value -> value > 0)
                    && linear.labelSmoothing() == 0
                    && linear.logitAdjustment() == 0
                    && linear.warmStart().isEmpty();
            if (shape == Shape.FLAT && !canBeFlat) {
                throw ModelErrors.flatTree();
            }
        }
    }

    /**
     * A network.
     *
     * @param labelSmoothing share of each row's weight that is spread evenly over all classes of a decision
     * @param classWeight how rows are weighted by class
     * @param classWeights the weights of {@code given}, by label; 1 where a class has none
     * @param deep network and training
     */
    record Deep(double labelSmoothing, ClassWeight classWeight, Map<String, Double> classWeights, DeepConfig deep)
            implements Weighted {
        public Deep {
            classWeights = Collections.unmodifiableMap(new TreeMap<>(classWeights));
            if (!(labelSmoothing >= 0 && labelSmoothing < 1)) {
                throw ModelErrors.labelSmoothing(labelSmoothing);
            }
            ClassWeight.check(List.of(classWeight), classWeights);
        }
    }

    /**
     * A comparison with the training rows, or with the centroids of the classes.
     *
     * @param method what rows are compared with
     * @param neighbours number of nearest rows that vote, or several to choose from
     * @param weights how they vote, or several ways to choose from
     * @param balance power of the weight of its rows that the votes of a class are divided by, or several to choose from
     * @param addedBalance the same of classes that are added
     * @param metric what similar means, or several meanings to choose from
     * @param covariance whether centroids allow for the spread of the rows around them, or both to choose from
     * @param shrinkage share of the unit matrix in the covariance, or several to choose from
     * @param temperature similarity that changes a vote or a score by the factor e; fitted on validation when absent
     * @param smoothing part of the probabilities that the shares of the classes take; fitted on validation when absent
     * @param addClassesTo version of the model to which only the classes are added that it lacks, or {@code latest};
     *     absent to train anew
     * @param selection rule that selects one of several settings
     */
    record Nearest(
            NearestMethod method,
            OneOrMore<Integer> neighbours,
            OneOrMore<VoteWeights> weights,
            OneOrMore<Double> balance,
            double addedBalance,
            OneOrMore<Metric> metric,
            OneOrMore<Covariance> covariance,
            OneOrMore<Double> shrinkage,
            Optional<Double> temperature,
            Optional<Double> smoothing,
            Optional<String> addClassesTo,
            SelectionConfig selection)
            implements TrainerConfig {

        /** Adds classes to the latest version, and trains the first one. */
        private static final String LATEST = "latest";

        /** Neighbours are kept in memory for each row that is judged. */
        private static final int MOST_NEIGHBOURS = 1000;

        public Nearest {
            if (!neighbours.all(number -> number >= 1 && number <= MOST_NEIGHBOURS)) {
                throw ModelErrors.neighbours(neighbours, MOST_NEIGHBOURS);
            }
            if (!balance.all(power -> power >= 0 && power <= 1) || !(addedBalance >= 0 && addedBalance <= 1)) {
                throw ModelErrors.balance(balance, addedBalance);
            }
            if (!shrinkage.all(share -> share > 0 && share <= 1)
                    || temperature.filter(value -> !(value > 0)).isPresent()
                    || smoothing.filter(share -> !(share > 0 && share < 1)).isPresent()) {
                throw ModelErrors.shrinkageAndTemperature(shrinkage, temperature, smoothing);
            }
            addClassesTo
                    .filter(version -> !version.equals(LATEST) && !version.matches("[1-9][0-9]{0,8}"))
                    .ifPresent(version -> {
                        throw ModelErrors.addClassesTo(version);
                    });
            if (selection.on() != SelectionConfig.On.VALIDATION || selection.refit()) {
                throw ModelErrors.selectionOfNearest();
            }
        }

        @Override
        public boolean fitsFeatures() {
            return addsToVersion().isEmpty();
        }

        /** Whether classes are added to the latest version, whichever it is. */
        public boolean addsToLatest() {
            return addClassesTo.filter(LATEST::equals).isPresent();
        }

        /** The one version to which classes are added. */
        public Optional<Integer> addsToVersion() {
            return addClassesTo.filter(version -> !version.equals(LATEST)).map(Integer::valueOf);
        }
    }

    /**
     * Any classifier of Spark ML.
     *
     * @param classifier name of the class of the estimator
     * @param params its parameters by name; several values of a parameter make a grid
     * @param partitions partitions of the rows; 0 for a number that follows from the rows
     * @param classWeight how rows are weighted by class
     * @param classWeights the weights of {@code given}, by label; 1 where a class has none
     * @param selection rule that selects one of several settings
     */
    record SparkMl(
            String classifier,
            Map<String, FreeValue> params,
            int partitions,
            ClassWeight classWeight,
            Map<String, Double> classWeights,
            SelectionConfig selection)
            implements Weighted {
        public SparkMl {
            params = Collections.unmodifiableMap(new TreeMap<>(params));
            classWeights = Collections.unmodifiableMap(new TreeMap<>(classWeights));
            if (partitions < 0) {
                throw ModelErrors.partitions(partitions);
            }
            if (selection.refit() || selection.outOfFold()) {
                throw ModelErrors.selectionOfLinearAlone();
            }
            ClassWeight.check(List.of(classWeight), classWeights);
        }

        @Override
        public boolean needsFolds() {
            return selection.on() == SelectionConfig.On.FOLDS;
        }
    }

    /**
     * Boosted trees, or a forest, with defaults for tables of numbers and categories.
     *
     * @param ensemble kind of the trees
     * @param trees number of rounds of boosting, or of trees of a forest
     * @param depth maximum depth of a tree
     * @param learningRate share of each boosted tree that is added
     * @param classWeight how rows are weighted by class
     * @param classWeights the weights of {@code given}, by label; 1 where a class has none
     */
    record Trees(
            Ensemble ensemble,
            Optional<Integer> trees,
            Optional<Integer> depth,
            Optional<Double> learningRate,
            ClassWeight classWeight,
            Map<String, Double> classWeights)
            implements Weighted {

        /** The kind of the trees. */
        public enum Ensemble {
            /** Boosted where XGBoost is on the class path, otherwise a forest. */
            AUTO,
            BOOSTED,
            FOREST;

            public String code() {
                return name().toLowerCase(Locale.ROOT);
            }
        }

        public Trees {
            classWeights = Collections.unmodifiableMap(new TreeMap<>(classWeights));
            if (trees.orElse(1) < 1 || depth.orElse(1) < 1 || !(learningRate.orElse(1.0) > 0)) {
                throw ModelErrors.trees();
            }
            if (ensemble == Ensemble.FOREST && learningRate.isPresent()) {
                throw ModelErrors.learningRateOfAForest();
            }
            ClassWeight.check(List.of(classWeight), classWeights);
        }
    }

    /**
     * A baseline from the shares of the classes, without features.
     *
     * @param strategy rule for the probabilities of the classes
     */
    record Prior(PriorStrategy strategy) implements TrainerConfig {

        @Override
        public boolean usesFeatures() {
            return false;
        }
    }

    /**
     * Two models of the same configuration in a row: the second answers the rows from which the rule expects most of it.
     *
     * @param first name of the cheap model
     * @param second name of the dear model
     * @param firstVersion its version; the latest trained one when absent
     * @param secondVersion the same of the second model
     * @param budget what the second model may cost
     * @param costs stated costs of a row; when absent, no cost is known but the measured time
     * @param confidenceLevel confidence of the certified accuracy
     */
    record Cascade(
            String first,
            String second,
            Optional<Integer> firstVersion,
            Optional<Integer> secondVersion,
            CascadeBudget budget,
            Optional<CascadeCosts> costs,
            double confidenceLevel)
            implements TrainerConfig {
        public Cascade {
            if (first.equals(second)) {
                throw ModelErrors.cascadeOfOne(first);
            }
            Stream.of(firstVersion, secondVersion).flatMap(Optional::stream).forEach(version -> {
                if (version < 1) {
                    throw ModelErrors.cascadeVersion(version);
                }
            });
            if (!(confidenceLevel > 0 && confidenceLevel < 1)) {
                throw ModelErrors.cascadeConfidence(confidenceLevel);
            }
            if (costs.isPresent()
                    && budget instanceof CascadeBudget.Cost limit
                    && limit.atMost() < costs.get().first()) {
                throw ModelErrors.cascadeBudgetTooSmall(
                        limit.atMost(), costs.get().first());
            }
        }

        @Override
        public boolean usesFeatures() {
            return false;
        }

        @Override
        public List<String> members() {
            return List.of(first, second);
        }

        @Override
        public boolean severalDecide() {
            return true;
        }
    }

    /**
     * Rules above another model of the same configuration.
     *
     * @param base name of the model
     * @param baseVersion its version; the latest trained one when absent
     * @param rules the rules, in any order
     * @param ruleTable table with further rules: rows of {@code id, version, priority, binding, label, sql}
     * @param confidenceLevel confidence of the intervals of the rules' precision
     */
    record Rules(
            String base,
            Optional<Integer> baseVersion,
            List<Rule> rules,
            Optional<Reading> ruleTable,
            double confidenceLevel)
            implements TrainerConfig {
        public Rules {
            rules = List.copyOf(rules);
            if (rules.isEmpty() && ruleTable.isEmpty()) {
                throw ModelErrors.noRules();
            }
            Set<String> ids = new HashSet<>();
            for (Rule rule : rules) {
                if (!ids.add(rule.id())) {
                    throw ModelErrors.ruleTwice(rule.id());
                }
            }
            if (baseVersion.filter(version -> version < 1).isPresent()) {
                throw ModelErrors.baseVersion(baseVersion.get());
            }
            if (!(confidenceLevel > 0 && confidenceLevel < 1)) {
                throw ModelErrors.rulesConfidence(confidenceLevel);
            }
        }

        @Override
        public boolean usesFeatures() {
            return false;
        }

        @Override
        public List<String> members() {
            return List.of(base);
        }

        @Override
        public boolean severalDecide() {
            return true;
        }
    }
}
