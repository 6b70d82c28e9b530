package io.pigeonhole.jobs.configuration;

import java.util.Optional;
import java.util.stream.Stream;

/**
 * The rule that decides that a row is of none of the classes. One of the first three keys says how its threshold is
 * chosen.
 *
 * @param atMostInScopeLoss share of the rows of the model's classes that may be decided to be of none; the threshold is
 *     then chosen by validation rows of the classes alone
 * @param objective what the threshold makes as large as possible on the validation rows, including those of no class
 * @param leastUnknownRecall share of the validation rows of no class that the threshold must find, at the least loss
 * @param perClass whether each class has a threshold of its own, for the rows for which it is the most probable one
 * @param minimumRows validation rows that a class must be the most probable one of for a threshold of its own; the
 *     others share one
 * @param minimumUnknownRows least validation rows of no class, and least of the classes, that choose a threshold
 *     together
 */
public record UnknownConfig(
        @UsualUnless({"objective", "least_unknown_recall"}) Optional<Double> atMostInScopeLoss,
        Optional<Objective> objective,
        Optional<Double> leastUnknownRecall,
        boolean perClass,
        int minimumRows,
        int minimumUnknownRows) {

    /**
     * What a threshold makes as large as possible. Figures that depend on the share of rows of no class, such as F1, are
     * none: validation seldom has the share of later rows.
     */
    public enum Objective {
        /** The mean of the share of rows of classes that is kept and the share of rows of no class that is found. */
        BALANCED_ACCURACY
    }

    public UnknownConfig {
        long given = Stream.of(atMostInScopeLoss, objective, leastUnknownRecall)
                .filter(Optional::isPresent)
                .count();
        if (given != 1) {
            throw ConfigurationErrors.unknownGoals(given);
        }
        if (perClass && atMostInScopeLoss.isEmpty()) {
            throw ConfigurationErrors.perClassWithUnknownRows();
        }
        if (minimumRows < 1 || minimumUnknownRows < 1) {
            throw ConfigurationErrors.unknownRows(minimumRows, minimumUnknownRows);
        }
        // refuses shares out of range
        goal(atMostInScopeLoss, objective, leastUnknownRecall);
    }

    /** What the threshold is chosen for. */
    public UnknownGoal goal() {
        return goal(atMostInScopeLoss, objective, leastUnknownRecall);
    }

    /** Whether rows of no class choose the threshold, too. */
    public boolean isChosenByBoth() {
        return goal() instanceof UnknownGoal.OfBoth;
    }

    private static UnknownGoal goal(
            Optional<Double> loss, Optional<Objective> objective, Optional<Double> unknownRecall) {
        if (loss.isPresent()) {
            return new UnknownGoal.InScopeLoss(loss.get());
        }
        return unknownRecall.isPresent()
                ? new UnknownGoal.UnknownRecall(unknownRecall.get())
                : switch (objective.orElseThrow()) {
                    case BALANCED_ACCURACY -> new UnknownGoal.BalancedAccuracy();
                };
    }
}
