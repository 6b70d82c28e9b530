package io.pigeonhole.jobs.configuration;

import io.pigeonhole.deep.devices.Device;
import io.pigeonhole.deep.learning.Compression;
import io.pigeonhole.deep.network.NetworkSpec;
import io.pigeonhole.transforms.PipelineException;
import java.util.Locale;
import java.util.Optional;

/**
 * How a deep model is made and learns.
 *
 * @param network what it is made of
 * @param column that a network of images or texts reads; the only such column of the features when absent
 * @param head what its last layer decides between
 * @param epochs times that each row is learnt from, at most
 * @param batchSize rows of a mini-batch, in each task
 * @param tasks tasks that learn side by side; the model depends on their number
 * @param localSteps steps that a task takes by itself between two averages
 * @param optimizer that of the tasks
 * @param learningRate its step size after the warm-up
 * @param schedule what becomes of the step size
 * @param warmUp share of all steps in which it rises
 * @param momentum of {@code sgd}
 * @param weightDecay by how much weights shrink in a step, times the learning rate
 * @param clipNorm longest gradient; 0 for any
 * @param outerLearningRate step size along the mean parameter update of the tasks
 * @param outerMomentum Nesterov momentum of these steps; 0 for plain averages
 * @param compression of what tasks send
 * @param metric that rounds are judged by, on validation
 * @param patience epochs without a better one after which training ends; 0 for never
 * @param checkpointInterval rounds from one checkpoint to the next; 0 for as few as keep their writing short
 * @param device what it is trained on
 */
public record DeepConfig(
        NetworkSpec network,
        Optional<String> column,
        Head head,
        int epochs,
        int batchSize,
        int tasks,
        int localSteps,
        Optimizer optimizer,
        double learningRate,
        Schedule schedule,
        double warmUp,
        double momentum,
        double weightDecay,
        double clipNorm,
        double outerLearningRate,
        double outerMomentum,
        Compression compression,
        Metric metric,
        int patience,
        int checkpointInterval,
        Device device) {

    /** What the last layer decides between. */
    public enum Head {
        /** All classes. */
        SOFTMAX,
        /** At each node of the taxonomy, its children. */
        HIERARCHICAL;

        public String code() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** What turns a gradient into a step. */
    public enum Optimizer {
        ADAM,
        SGD;

        public String code() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** What becomes of the step size after the warm-up. */
    public enum Schedule {
        CONSTANT,
        /** Down to zero. */
        LINEAR,
        /** Down to zero, along a cosine. */
        COSINE;

        public String code() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** What rounds are judged by. */
    public enum Metric {
        ACCURACY,
        LOG_LOSS;

        public String code() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public DeepConfig {
        require(
                epochs > 0 && batchSize > 0 && tasks > 0 && localSteps > 0,
                "epochs, batch_size, tasks and local_steps above 0");
        require(patience >= 0 && checkpointInterval >= 0, "patience and checkpoint_interval of 0 or more");
        require(learningRate > 0 && outerLearningRate > 0, "learning_rate and outer_learning_rate above 0");
        require(
                isShare(warmUp) && isShare(momentum) && isShare(outerMomentum),
                "warm_up, momentum and outer_momentum in [0, 1)");
        require(weightDecay >= 0 && clipNorm >= 0, "weight_decay and clip_norm of 0 or more");
    }

    private static boolean isShare(double value) {
        return value >= 0 && value < 1;
    }

    private static void require(boolean holds, String what) {
        if (!holds) {
            throw PipelineException.configuration("a deep model needs " + what);
        }
    }
}
