package io.pigeonhole.evaluation.settings;

import java.io.Serializable;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** A way to cut a split into parts that are evaluated by themselves: one part for each value. */
public sealed interface SliceSpec extends Serializable {

    /** What the parts are called after: a part is {@code name=value}. */
    String name();

    /**
     * The values of a column of the examples.
     *
     * @param column its name
     */
    record Column(String column) implements SliceSpec {
        @Override
        public String name() {
            return column;
        }
    }

    /**
     * The values of an SQL expression over the columns of the examples.
     *
     * @param name what the parts are called after
     * @param sql the expression; equal rows must always give equal values
     */
    record Expression(String name, String sql) implements SliceSpec {}

    /**
     * Each pair of values of two others.
     *
     * @param of names of two columns or expressions among the slices
     */
    record Cross(List<String> of) implements SliceSpec {
        public Cross {
            of = List.copyOf(of);
        }

        @Override
        public String name() {
            return String.join(" x ", of);
        }
    }

    /** Holds the slices of one evaluation against each other. */
    static void check(List<SliceSpec> slices) {
        Set<String> names = new HashSet<>();
        for (SliceSpec slice : slices) {
            if (slice.name().isBlank() || !names.add(slice.name())) {
                throw EvaluationErrors.badSetting(
                        "slice",
                        "'" + slice.name() + "'",
                        "slices have names, each its own",
                        "Rename it or leave it out");
            }
        }
        Set<String> simple = slices.stream()
                .filter(slice -> !(slice instanceof Cross))
                .map(SliceSpec::name)
                .collect(Collectors.toSet());
        for (SliceSpec slice : slices) {
            if (slice instanceof Cross cross && (cross.of().size() != 2 || !simple.containsAll(cross.of()))) {
                throw EvaluationErrors.badSetting(
                        "slice",
                        "'" + slice.name() + "'",
                        "a cross is of two of the columns and expressions that are slices themselves",
                        "Name two of " + simple.stream().sorted().toList());
            }
        }
    }
}
