package io.pigeonhole.deep.learning;

import io.pigeonhole.deep.network.Gradients;
import io.pigeonhole.deep.network.ParameterKind;
import io.pigeonhole.deep.network.TouchedRows;
import java.io.Serializable;

/**
 * Steps along gradients, and the state between them. Of the table, only rows that a mini-batch read change, by weight decay
 * as well.
 */
final class Optimizer implements Serializable {

    private static final long serialVersionUID = 1L;
    private static final float BETA_1 = 0.9f;
    private static final float BETA_2 = 0.999f;
    private static final float EPSILON = 1e-8f;

    private final boolean isAdam;
    private final float momentum;
    private final float decay;
    private final float[] first;
    private final float[] second;
    private long steps;

    /** @param size number of parameters */
    Optimizer(LearningOptions options, int size) {
        this(options, new float[size], new float[options.optimizer().equals("adam") ? size : 0], 0);
    }

    Optimizer(LearningOptions options, float[] first, float[] second, long steps) {
        this.isAdam = options.optimizer().equals("adam");
        this.momentum = (float) options.momentum();
        this.decay = (float) options.weightDecay();
        this.first = first;
        this.second = second;
        this.steps = steps;
    }

    float[] first() {
        return first;
    }

    float[] second() {
        return second;
    }

    long steps() {
        return steps;
    }

    /** Moves the parameters. */
    void step(float[] parameters, Gradients gradients, ParameterKind[] kinds, double rate) {
        steps++;
        float correction1 = (float) (1 - Math.pow(BETA_1, (double) steps));
        float correction2 = (float) (1 - Math.pow(BETA_2, (double) steps));
        float adamRate = (float) (rate * Math.sqrt(correction2) / correction1);
        float adamEpsilon = (float) (EPSILON * Math.sqrt(correction2));
        Move move = new Move((float) rate, adamRate, adamEpsilon);
        float[] dense = gradients.dense();
        for (int i = 0; i < dense.length; i++) {
            switch (kinds[i]) {
                case WEIGHT -> move(parameters, i, dense[i], move, decay);
                case BIAS -> move(parameters, i, dense[i], move, 0);
                case STATISTIC -> parameters[i] -= dense[i];
            }
        }
        TouchedRows table = gradients.table();
        int width = table.width();
        for (int slot = 0; slot < table.size(); slot++) {
            int to = dense.length + table.row(slot) * width;
            for (int k = 0; k < width; k++) {
                move(parameters, to + k, table.values()[slot * width + k], move, decay);
            }
        }
    }

    private record Move(float rate, float adamRate, float adamEpsilon) {}

    private void move(float[] parameters, int i, float gradient, Move move, float shrinking) {
        float shrunk = parameters[i] * (1 - move.rate() * shrinking);
        if (isAdam) {
            first[i] = BETA_1 * first[i] + (1 - BETA_1) * gradient;
            second[i] = BETA_2 * second[i] + (1 - BETA_2) * gradient * gradient;
            parameters[i] = shrunk - move.adamRate() * first[i] / ((float) Math.sqrt(second[i]) + move.adamEpsilon());
        } else {
            first[i] = momentum * first[i] + gradient;
            parameters[i] = shrunk - move.rate() * first[i];
        }
    }
}
