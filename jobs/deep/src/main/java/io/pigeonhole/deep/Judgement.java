package io.pigeonhole.deep;

import java.io.Serializable;
import java.util.List;

/**
 * How well parameters do on rows that they were not learnt from.
 *
 * @param rows how many
 * @param right decided for their class
 * @param loss summed negative log of the true classes' probabilities
 */
record Judgement(long rows, long right, double loss) implements Serializable {

    static final Judgement NONE = new Judgement(0, 0, 0);
    private static final int BATCH = 256;
    private static final double LEAST = 1e-15;

    static Judgement of(Network network, NetworkPlan plan, Shard shard, float[] parameters) {
        network.load(parameters);
        long right = 0;
        double loss = 0;
        List<Example> rows = shard.rows();
        for (int from = 0; from < rows.size(); from += BATCH) {
            List<Example> batch = rows.subList(from, Math.min(rows.size(), from + BATCH));
            float[] probabilities =
                    network.probabilities(batch.stream().map(Example::input).toList());
            for (int i = 0; i < batch.size(); i++) {
                int at = i * plan.classes();
                int label = batch.get(i).label();
                right += mostProbable(probabilities, at, plan.classes()) == label ? 1 : 0;
                loss -= Math.log(Math.max(LEAST, probabilities[at + label]));
            }
        }
        return new Judgement(rows.size(), right, loss);
    }

    private static int mostProbable(float[] probabilities, int at, int classes) {
        int best = 0;
        for (int k = 1; k < classes; k++) {
            best = probabilities[at + k] > probabilities[at + best] ? k : best;
        }
        return best;
    }

    Judgement plus(Judgement other) {
        return new Judgement(rows + other.rows, right + other.right, loss + other.loss);
    }

    double accuracy() {
        return rows == 0 ? 0 : (double) right / rows;
    }

    double meanLoss() {
        return rows == 0 ? 0 : loss / rows;
    }
}
