package io.pigeonhole.benchmarks;

import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What a benchmark's figures are held to.
 *
 * @param statement what must hold, in words
 * @param unit of the figure: {@code x} for a ratio
 * @param limit the least or the most that the figure may be; empty where the figure is for information alone
 * @param least whether it is the least
 * @param figure the figure; empty while something that it needs was not measured
 */
public record Bar(String statement, String unit, OptionalDouble limit, boolean least, Figure figure) {

    /** Reads a figure out of the measurements of one benchmark. */
    @FunctionalInterface
    public interface Figure {
        OptionalDouble of(Summary summary);
    }

    /** How many times as long the second contender takes; at least {@code limit} is asked for. */
    public static Bar faster(String statement, String contender, String other, double limit) {
        return new Bar(statement, "x", OptionalDouble.of(limit), true, ratio(contender, other));
    }

    /** How many times as long the second contender takes as the first, at the least if it has not come near enough. */
    public static Figure ratio(String contender, String other) {
        return summary -> {
            OptionalDouble one = summary.seconds(contender);
            OptionalDouble two = summary.leastSeconds(other);
            return one.isPresent() && two.isPresent()
                    ? OptionalDouble.of(two.getAsDouble() / one.getAsDouble())
                    : OptionalDouble.empty();
        };
    }

    /** At most {@code limit} is allowed of a figure. */
    public static Bar atMost(String statement, String unit, double limit, Figure figure) {
        return new Bar(statement, unit, OptionalDouble.of(limit), false, figure);
    }

    /** At least {@code limit} is asked of a figure. */
    public static Bar atLeast(String statement, String unit, double limit, Figure figure) {
        return new Bar(statement, unit, OptionalDouble.of(limit), true, figure);
    }

    /** How many times as long the second contender takes, held to nothing. */
    public static Bar comparison(String statement, String contender, String other) {
        return new Bar(statement, "x", OptionalDouble.empty(), true, ratio(contender, other));
    }

    /** Whether a figure is; nothing where there is no limit. */
    Optional<Boolean> isMet(double value) {
        return limit.isEmpty()
                ? Optional.empty()
                : Optional.of(least ? value >= limit.getAsDouble() : value <= limit.getAsDouble());
    }
}
