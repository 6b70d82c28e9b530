package io.pigeonhole.deep.learning;

import io.pigeonhole.deep.network.LabelledInput;
import io.pigeonhole.deep.network.Network;
import io.pigeonhole.deep.network.NetworkPlan;
import java.io.Serializable;
import java.util.List;

/**
 * How well parameters do on validation rows.
 *
 * @param rows how many
 * @param right decided for their class
 * @param loss summed negative log of the true classes' probabilities
 */
record ValidationResult(long rows, long right, double loss) implements Serializable {

    static final ValidationResult NONE = new ValidationResult(0, 0, 0);
    private static final int BATCH = 256;
    private static final double LEAST = 1e-15;

    static ValidationResult of(Network network, NetworkPlan plan, Shard shard, float[] parameters) {
        network.load(parameters);
        long right = 0;
        double loss = 0;
        List<LabelledInput> rows = shard.rows();
        for (int from = 0; from < rows.size(); from += BATCH) {
            List<LabelledInput> batch = rows.subList(from, Math.min(rows.size(), from + BATCH));
            float[] probabilities = network.probabilities(
                    batch.stream().map(LabelledInput::input).toList());
            for (int i = 0; i < batch.size(); i++) {
                int at = i * plan.classes();
                int label = batch.get(i).label();
                right += mostProbable(probabilities, at, plan.classes()) == label ? 1 : 0;
                loss -= Math.log(Math.max(LEAST, probabilities[at + label]));
            }
        }
        return new ValidationResult(rows.size(), right, loss);
    }

    private static int mostProbable(float[] probabilities, int at, int classes) {
        int best = 0;
        for (int k = 1; k < classes; k++) {
            best = probabilities[at + k] > probabilities[at + best] ? k : best;
        }
        return best;
    }

    ValidationResult plus(ValidationResult other) {
        return new ValidationResult(rows + other.rows, right + other.right, loss + other.loss);
    }

    double accuracy() {
        return rows == 0 ? 0 : (double) right / rows;
    }

    double meanLoss() {
        return rows == 0 ? 0 : loss / rows;
    }
}
