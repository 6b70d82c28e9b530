package io.pigeonhole.jobs.configuration;

/**
 * Stated costs of a row, in any unit.
 *
 * @param first of the first model
 * @param second of the second model, which the rows cost that it answers, besides that of the first
 */
public record CascadeCosts(double first, double second) {
    public CascadeCosts {
        if (!(first >= 0 && second > 0 && Double.isFinite(first) && Double.isFinite(second))) {
            throw ModelErrors.cascadeCosts(first, second);
        }
    }
}
