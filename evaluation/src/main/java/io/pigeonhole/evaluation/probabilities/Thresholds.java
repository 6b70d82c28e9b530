package io.pigeonhole.evaluation.probabilities;

import io.pigeonhole.evaluation.settings.ThresholdSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * The thresholds of one class, one for each criterion: searched in the scores of validation, or applied to those of
 * another split.
 */
final class Thresholds {

    private final List<Choice> choices;
    private final boolean searching;
    private final long chosenFrom;

    /** A threshold, and the counts at or above it, in the data (index 0) and in every replicate. */
    static final class Choice {

        final ThresholdSpec spec;
        private @Nullable Double threshold;
        private OptionalDouble merit;
        private int[] truePositives = {};
        private int[] falsePositives = {};

        Choice(ThresholdSpec spec, @Nullable Double threshold, OptionalDouble merit) {
            this.spec = spec;
            this.threshold = threshold;
            this.merit = merit;
        }

        /** Null where no row is to be predicted to be of the class. */
        @Nullable
        Double threshold() {
            return threshold;
        }

        boolean isReached() {
            return merit.isPresent();
        }

        int[] truePositives(int length) {
            return truePositives.length == 0 ? new int[length] : truePositives;
        }

        int[] falsePositives(int length) {
            return falsePositives.length == 0 ? new int[length] : falsePositives;
        }

        private void take(ScoreReplicates counts) {
            truePositives = counts.positives.clone();
            falsePositives = counts.negatives.clone();
        }
    }

    private final String label;
    private final long positives;
    private final double floor;

    private Thresholds(
            List<Choice> choices, boolean searching, String label, long chosenFrom, long positives, double floor) {
        this.choices = choices;
        this.searching = searching;
        this.label = label;
        this.chosenFrom = chosenFrom;
        this.positives = positives;
        this.floor = floor;
    }

    /**
     * Thresholds to be searched in this scope.
     *
     * @param floor probability that thresholds must exceed, so that every row from them on is listed
     */
    static Thresholds search(List<ThresholdSpec> wanted, String label, ScoreScope validation, double floor) {
        long positives = validation.positives(label);
        return new Thresholds(without(wanted, label, positives), true, label, positives, positives, floor);
    }

    /** Thresholds of a class that does not occur in validation. */
    static Thresholds none(List<ThresholdSpec> wanted, String label) {
        return new Thresholds(without(wanted, label, 0), false, label, 0, 0, 0);
    }

    private static List<Choice> without(List<ThresholdSpec> wanted, String label, long positives) {
        List<Choice> choices = new ArrayList<>();
        wanted.forEach(spec -> choices.add(new Choice(spec, null, spec.merit(label, 0, 0, positives))));
        return choices;
    }

    /** These thresholds, to be applied to another split. */
    Thresholds applied() {
        List<Choice> same = choices.stream()
                .map(choice -> new Choice(choice.spec, choice.threshold, choice.merit))
                .toList();
        return new Thresholds(same, false, label, chosenFrom, positives, floor);
    }

    List<Choice> choices() {
        return choices;
    }

    /** Rows of the class in validation. */
    long chosenFrom() {
        return chosenFrom;
    }

    /**
     * Call this after the last row of a probability.
     *
     * @param next the probability that follows; below 0 when none does
     */
    void endTie(double probability, double next, boolean hasPositives, ScoreReplicates counts) {
        for (Choice choice : choices) {
            if (searching && hasPositives && probability > floor) {
                consider(choice, probability, counts);
            } else if (!searching && choice.threshold != null) {
                double threshold = choice.threshold;
                if (next < threshold && threshold <= probability) {
                    choice.take(counts);
                }
            }
        }
    }

    private void consider(Choice choice, double probability, ScoreReplicates counts) {
        OptionalDouble merit = choice.spec.merit(label, counts.positives[0], counts.negatives[0], positives);
        if (merit.isPresent() && (choice.merit.isEmpty() || merit.getAsDouble() > choice.merit.getAsDouble())) {
            choice.merit = merit;
            choice.threshold = probability;
            choice.take(counts);
        }
    }

    @Override
    public String toString() {
        return label + ": "
                + Arrays.toString(choices.stream().map(Choice::threshold).toArray());
    }
}
