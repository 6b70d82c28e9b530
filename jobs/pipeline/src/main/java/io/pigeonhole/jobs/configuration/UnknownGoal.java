package io.pigeonhole.jobs.configuration;

/** What the threshold of the rule for unknown rows is chosen for. */
public sealed interface UnknownGoal {

    /**
     * To lose no more than a share of the rows of classes, chosen by these rows alone.
     *
     * @param atMost share of the rows of the model's classes that may be decided to be of none
     */
    record InScopeLoss(double atMost) implements UnknownGoal {

        public InScopeLoss {
            if (!(atMost > 0 && atMost < 1)) {
                throw ConfigurationErrors.inScopeLoss(atMost);
            }
        }

        /** Least validation rows that a threshold can keep its share of: those of which it may lose one. */
        public int leastRows() {
            return (int) Math.ceil(1 / atMost - 1 - 1e-9);
        }
    }

    /** A goal that is judged by rows of classes and rows of no class together. */
    sealed interface OfBoth extends UnknownGoal {

        /** How good it is to lose and to find so many rows. Comparable for the same totals only; more is better. */
        double value(Counts counts);
    }

    /**
     * What a threshold does.
     *
     * @param rows rows of classes
     * @param lost those of them that are decided to be unknown
     * @param unknown rows of no class
     * @param found those of them that are decided to be unknown
     */
    record Counts(long rows, long lost, long unknown, long found) {}

    /** The largest mean of the share of rows of classes that is kept and the share of rows of no class that is found. */
    record BalancedAccuracy() implements OfBoth {
        @Override
        public double value(Counts counts) {
            // times both totals, so that equal means are equal numbers
            return (double) ((counts.rows() - counts.lost()) * counts.unknown() + counts.found() * counts.rows());
        }
    }

    /**
     * The least loss with which a share of the rows of no class is found.
     *
     * @param atLeast share of the rows of no class that must be decided to be unknown
     */
    record UnknownRecall(double atLeast) implements OfBoth {

        public UnknownRecall {
            if (!(atLeast > 0 && atLeast <= 1)) {
                throw ConfigurationErrors.unknownRecall(atLeast);
            }
        }

        @Override
        public double value(Counts counts) {
            // products of shares and counts are not exact in binary; of thresholds that reach it, the highest loses
            // least
            return counts.found() >= atLeast * counts.unknown() - 1e-9 ? 1 : 0;
        }
    }
}
