package io.pigeonhole.transforms.resampling;

import io.pigeonhole.transforms.PipelineException;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/**
 * How the training rows of a model are resampled.
 *
 * @param over what becomes of classes with fewer rows than the target
 * @param under what becomes of classes with more rows than the target
 * @param target rows that each class should have: {@code smallest}, {@code median} or {@code largest} of the classes'
 *     rows, or a number
 * @param neighbours the number of nearest rows of its class from which SMOTE draws the other end of a new row
 */
public record Resampling(Over over, Under under, String target, int neighbours) {

    /** What becomes of classes with too few rows. */
    public enum Over {
        NONE,
        /** Their rows are repeated, each as often as the others or once more. */
        REPEAT,
        /** Rows between two neighbours of the class are added (Chawla et al., "SMOTE", 2002). */
        SMOTE
    }

    /** What becomes of classes with too many rows. */
    public enum Under {
        NONE,
        /** Some of their rows are left out, those with the largest hashes. */
        DROP
    }

    private static final List<String> WORDS = List.of("smallest", "median", "largest");

    public Resampling {
        if (!WORDS.contains(target) && !target.matches("[1-9][0-9]{0,8}")) {
            throw PipelineException.configuration("resampling.target is '" + target
                    + "', but must be a number of rows above 0, or one of " + String.join(", ", WORDS) + ".");
        }
        if (neighbours < 1) {
            throw PipelineException.configuration(
                    "resampling.neighbours is " + neighbours + ", but must be at least 1. SMOTE's authors used 5.");
        }
    }

    /** Whether it changes anything. */
    public boolean isOn() {
        return over != Over.NONE || under != Under.NONE;
    }

    /** Whether it makes rows that no source has. */
    public boolean makesRows() {
        return over == Over.SMOTE;
    }

    /** The rows that each class should have, given those that the classes have; the lower one of two medians. */
    long target(Collection<Long> rows) {
        List<Long> sorted = rows.stream().sorted().toList();
        return switch (target.toLowerCase(Locale.ROOT)) {
            case "smallest" -> sorted.get(0);
            case "median" -> sorted.get((sorted.size() - 1) / 2);
            case "largest" -> sorted.get(sorted.size() - 1);
            default -> Long.parseLong(target);
        };
    }

    /** The rows of a class afterwards. */
    long after(long rows, long target) {
        boolean changes = rows < target ? over != Over.NONE : under != Under.NONE;
        return changes ? target : rows;
    }
}
