package io.pigeonhole.jobs.configuration;

import io.pigeonhole.training.prior.PriorStrategy;
import io.pigeonhole.transforms.PipelineException;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A trainer with its settings. In a file the key {@code trainer} of a model picks it, and its settings are keys of the
 * model's object. These records are the list of the trainers.
 */
public sealed interface TrainerConfig {

    /** Codes of all trainers, as the key {@code trainer} takes them. */
    static List<String> codes() {
        return List.copyOf(RecordKeys.alternatives(TrainerConfig.class).keySet());
    }

    /** The code of this trainer. */
    default String code() {
        return RecordKeys.snakeCase(getClass().getSimpleName());
    }

    /** Whether the examples must be dealt into folds. */
    default boolean needsFolds() {
        return false;
    }

    /** One of the trainers that share the linear solver. */
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
     * A hierarchy over a balanced tree of classes that is learnt from the training rows.
     *
     * @param branching most children of a node of the tree
     * @param beamWidth nodes of each level of the tree that a prediction follows; 0 for all
     */
    record LabelTree(@Inline LinearConfig linear, int branching, int beamWidth) implements Linear {
        public LabelTree {
            linear.requireCompetition();
            if (branching < 2 || beamWidth < 0) {
                throw PipelineException.configuration(
                        "needs branching >= 2 and beam_width >= 0, not " + branching + " and " + beamWidth);
            }
        }
    }

    /**
     * A network.
     *
     * @param labelSmoothing share of each row's weight that is spread evenly over all classes of a decision
     * @param classWeight how rows are weighted by class
     * @param classWeights the weights of {@code given}, by label; 1 where a class has none
     * @param deep what the network is and how it learns
     */
    record Deep(double labelSmoothing, ClassWeight classWeight, Map<String, Double> classWeights, DeepConfig deep)
            implements TrainerConfig {
        public Deep {
            classWeights = Collections.unmodifiableMap(new TreeMap<>(classWeights));
            if (!(labelSmoothing >= 0 && labelSmoothing < 1)) {
                throw PipelineException.configuration("needs label_smoothing in [0, 1), not " + labelSmoothing);
            }
            ClassWeight.check(List.of(classWeight), classWeights);
        }
    }

    /**
     * The shares of the classes, without any feature.
     *
     * @param strategy the probabilities that it gives to the classes
     */
    record Prior(PriorStrategy strategy) implements TrainerConfig {}
}
