package io.pigeonhole.jobs.configuration;

import io.pigeonhole.training.prior.PriorStrategy;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

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

    /** Whether the examples must be divided into folds. */
    default boolean needsFolds() {
        return false;
    }

    /** A trainer that uses the linear solver. */
    sealed interface Linear extends TrainerConfig {

        LinearConfig linear();

        @Override
        default boolean needsFolds() {
            return linear().selectsOnFolds();
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
     */
    record LabelTree(@Inline LinearConfig linear, int branching, int beamWidth) implements Linear {
        public LabelTree {
            linear.requireCompetition();
            if (branching < 2 || beamWidth < 0) {
                throw ModelErrors.labelTree(branching, beamWidth);
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
            implements TrainerConfig {
        public Deep {
            classWeights = Collections.unmodifiableMap(new TreeMap<>(classWeights));
            if (!(labelSmoothing >= 0 && labelSmoothing < 1)) {
                throw ModelErrors.labelSmoothing(labelSmoothing);
            }
            ClassWeight.check(List.of(classWeight), classWeights);
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
            implements TrainerConfig {
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
            implements TrainerConfig {

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
    record Prior(PriorStrategy strategy) implements TrainerConfig {}
}
