package io.pigeonhole.jobs.configuration;

import io.pigeonhole.deep.devices.Device;
import io.pigeonhole.deep.learning.Compression;
import io.pigeonhole.deep.network.NetworkSpec;
import java.util.Locale;
import java.util.Optional;

/**
 * Network and training of a deep model.
 *
 * @param network the layers
 * @param column input column of a network of images or texts; when absent, the only such column of the features
 * @param head outputs of the last layer
 * @param epochs maximum passes over the rows
 * @param batchSize rows of a mini-batch of each task
 * @param tasks number of parallel tasks; the model depends on it
 * @param localSteps steps of a task between two averages of parameters
 * @param optimizer of the tasks
 * @param learningRate step size after the warm-up
 * @param schedule course of the step size after the warm-up
 * @param warmUp share of all steps in which the step size rises
 * @param momentum of {@code sgd}
 * @param weightDecay factor by which weights shrink in a step, times the learning rate
 * @param clipNorm maximum norm of a gradient; 0 for no limit
 * @param outerLearningRate step size along the mean parameter update of the tasks
 * @param outerMomentum Nesterov momentum of the steps along that mean; 0 for plain averages
 * @param compression of the updates that tasks send
 * @param metric metric on validation that selects the best round
 * @param patience epochs without improvement after which training ends; 0 for no early stopping
 * @param checkpointInterval rounds between checkpoints; 0 for an interval that limits the share of time spent on
 *     writing them
 * @param device processor or GPU
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

    /** The outputs of the last layer. */
    public enum Head {
        /** One decision between all classes. */
        SOFTMAX,
        /** One decision at each node of the taxonomy, between its children. */
        HIERARCHICAL;

        public String code() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** The rule that turns a gradient into a step. */
    public enum Optimizer {
        ADAM,
        SGD;

        public String code() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** The course of the step size after the warm-up. */
    public enum Schedule {
        CONSTANT,
        /** Falls linearly to zero. */
        LINEAR,
        /** Falls to zero along a cosine. */
        COSINE;

        public String code() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** The metric that selects the best round. */
    public enum Metric {
        ACCURACY,
        LOG_LOSS;

        public String code() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public DeepConfig {
        if (!(epochs > 0 && batchSize > 0 && tasks > 0 && localSteps > 0)) {
            throw ModelErrors.deepCounts();
        }
        if (!(patience >= 0 && checkpointInterval >= 0)) {
            throw ModelErrors.deepPatienceAndInterval();
        }
        if (!(learningRate > 0 && outerLearningRate > 0)) {
            throw ModelErrors.deepLearningRates();
        }
        if (!(isShare(warmUp) && isShare(momentum) && isShare(outerMomentum))) {
            throw ModelErrors.deepShares();
        }
        if (!(weightDecay >= 0 && clipNorm >= 0)) {
            throw ModelErrors.deepDecayAndClipping();
        }
    }

    private static boolean isShare(double value) {
        return value >= 0 && value < 1;
    }
}
