package io.pigeonhole.evaluation.settings;

import java.io.Serializable;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** How a split is cut into slices, which are evaluated separately: one slice for each value. */
public sealed interface SliceSpec extends Serializable {

    /** The name in the names of the slices, which are {@code name=value}. */
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
     * @param name the name in the names of the slices
     * @param sql the expression; it must be deterministic
     */
    record Expression(String name, String sql) implements SliceSpec {}

    /**
     * One slice for each pair of values of two other specifications.
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

    /** Checks that the slices of one evaluation fit together. */
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
