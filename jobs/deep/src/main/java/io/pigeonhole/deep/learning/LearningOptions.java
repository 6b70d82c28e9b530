package io.pigeonhole.deep.learning;

import java.io.Serializable;

/**
 * How a network learns.
 *
 * @param epochs times that each row is learnt from, at most
 * @param batchSize rows of a mini-batch, in each task
 * @param localSteps steps that a task takes by itself between two averages
 * @param optimizer {@code adam} (with decoupled weight decay) or {@code sgd} (with momentum)
 * @param learningRate of the first step after the warm-up
 * @param schedule {@code constant}, {@code linear} (to zero) or {@code cosine} (to zero)
 * @param warmUp share of all steps in which the learning rate rises to its start
 * @param momentum of {@code sgd}
 * @param weightDecay by how much weights shrink in a step, times the learning rate
 * @param clipNorm longest gradient; longer ones are shortened; 0 for any
 * @param labelSmoothing share of a row's weight that is spread evenly over all classes; with a hierarchical head, in
 *     each decision on its path, over the node's children
 * @param outerLearningRate step size along the mean parameter update of the tasks
 * @param outerMomentum Nesterov momentum of these steps (Douillard et al. 2023); 0 for plain averages
 * @param compression how the tasks' updates are sent
 * @param seed of all random numbers
 */
public record LearningOptions(
        int epochs,
        int batchSize,
        int localSteps,
        String optimizer,
        double learningRate,
        String schedule,
        double warmUp,
        double momentum,
        double weightDecay,
        double clipNorm,
        double labelSmoothing,
        double outerLearningRate,
        double outerMomentum,
        Compression compression,
        long seed)
        implements Serializable {

    public LearningOptions {
        require(epochs > 0 && batchSize > 0 && localSteps > 0, "epochs, batch size, local steps");
        require(optimizer.equals("adam") || optimizer.equals("sgd"), "optimizer (adam or sgd)");
        require(
                schedule.equals("constant") || schedule.equals("linear") || schedule.equals("cosine"),
                "schedule (constant, linear or cosine)");
        require(learningRate > 0 && outerLearningRate > 0, "learning rates");
        require(warmUp >= 0 && warmUp < 1, "warm-up");
        require(momentum >= 0 && momentum < 1 && outerMomentum >= 0 && outerMomentum < 1, "momentum");
        require(weightDecay >= 0 && clipNorm >= 0, "weight decay and clip norm");
        require(labelSmoothing >= 0 && labelSmoothing < 1, "label smoothing");
    }

    private static void require(boolean holds, String what) {
        if (!holds) {
            throw new IllegalArgumentException("out of range: " + what);
        }
    }

    /** The learning rate of a step, of so many in all. */
    double rate(long step, long steps) {
        double warm = warmUp * steps;
        if (step < warm) {
            return learningRate * (step + 1) / (warm + 1);
        }
        double part = (step - warm) / Math.max(1, steps - warm);
        return switch (schedule) {
            case "linear" -> learningRate * (1 - part);
            case "cosine" -> learningRate * (1 + Math.cos(Math.PI * part)) / 2;
            default -> learningRate;
        };
    }
}
