package io.pigeonhole.jobs.configuration;

/** What the second model of a cascade may cost. */
public sealed interface CascadeBudget {

    /**
     * A share of rows.
     *
     * @param atMost largest share that the second model may answer
     */
    record Share(double atMost) implements CascadeBudget {
        public Share {
            if (!(atMost >= 0 && atMost <= 1)) {
                throw ModelErrors.cascadeShare(atMost);
            }
        }
    }

    /**
     * The expected cost of a row.
     *
     * @param atMost in the unit of the costs; in milliseconds where they are measured
     */
    record Cost(double atMost) implements CascadeBudget {
        public Cost {
            if (!(atMost > 0 && Double.isFinite(atMost))) {
                throw ModelErrors.cascadeCost(atMost);
            }
        }
    }
}
