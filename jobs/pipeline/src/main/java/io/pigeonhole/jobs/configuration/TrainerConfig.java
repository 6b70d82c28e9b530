package io.pigeonhole.jobs.configuration;

import io.pigeonhole.training.prior.PriorStrategy;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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
     * A baseline from the shares of the classes, without features.
     *
     * @param strategy rule for the probabilities of the classes
     */
    record Prior(PriorStrategy strategy) implements TrainerConfig {}
}
