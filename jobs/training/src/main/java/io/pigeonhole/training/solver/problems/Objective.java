package io.pigeonhole.training.solver.problems;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * The objective of some problems.
 *
 * @param layout the problems' columns
 * @param loss one for all problems: a binary one exactly for a binary layout
 * @param problems penalties and weights of each problem
 * @param offsets what is added to the margin of each column
 * @param oneWeighting whether a row weighs the same in all problems, also of those that these were selected from, so that
 *     sums are taken in the same way
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Objective(Layout layout, Loss loss, List<Problem> problems, float[] offsets, boolean oneWeighting)
        implements Serializable {

    public Objective {
        problems = List.copyOf(problems);
        if (layout.isBinary() != loss.isBinary()) {
            throw new IllegalArgumentException("the loss " + loss + " does not fit problems of "
                    + (layout.isBinary() ? "one column" : "several columns"));
        }
        if (problems.size() != layout.problems() || offsets.length != layout.columns()) {
            throw new IllegalArgumentException(problems.size() + " problems and " + offsets.length
                    + " offsets for a layout of " + layout.problems() + " problems and " + layout.columns()
                    + " columns");
        }
    }

    /** All problems of a layout. */
    public static Objective of(Layout layout, Loss loss, List<Problem> problems, float[] offsets) {
        boolean one = problems.stream().allMatch(problem -> problem.hasWeightsOf(problems.get(0)));
        return new Objective(layout, loss, problems, offsets, one);
    }

    /** The problems marked as staying, their columns moved together. */
    public Objective select(boolean[] staying) {
        Layout smaller = layout.select(staying);
        List<Problem> kept = new ArrayList<>();
        float[] keptOffsets = new float[smaller.columns()];
        int next = 0;
        for (int p = 0; p < staying.length; p++) {
            if (staying[p]) {
                kept.add(problems.get(p));
                int width = layout.end(p) - layout.start(p);
                System.arraycopy(offsets, layout.start(p), keptOffsets, next, width);
                next += width;
            }
        }
        return new Objective(smaller, loss, kept, keptOffsets, oneWeighting);
    }
}
