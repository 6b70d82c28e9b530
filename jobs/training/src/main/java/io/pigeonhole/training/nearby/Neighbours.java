package io.pigeonhole.training.nearby;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Which rows of other classes lie near to each class: those that have it among the nearest other classes, by the product with
 * the mean direction of the class (Jain et al., "Slice: Scalable Linear Extreme Classifiers Trained on 100 Million Labels for
 * Related Searches", 2019, section 3).
 *
 * @param starts where the rows of each class begin; one more than classes
 * @param rows ascending within a class
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Neighbours(int[] starts, int[] rows) {

    /** Other classes of a row. */
    private static final int NEAREST = 10;

    static Neighbours of(FewRows rows, ClassIndex means) {
        int[] labels = labels(rows);
        int[][] nearest = new int[rows.rows()][];
        ThreadLocal<Scores> scores = ThreadLocal.withInitial(() -> new Scores(rows.classes()));
        IntStream.range(0, nearest.length).parallel().forEach(row -> {
            Scores ofRow = scores.get();
            means.addProducts(rows, row, ofRow);
            nearest[row] = ofRow.highest(NEAREST, labels[row]);
            ofRow.clear();
        });
        return inverted(nearest, rows.classes());
    }

    private static int[] labels(FewRows rows) {
        int[] labels = new int[rows.rows()];
        for (int label = 0; label < rows.classes(); label++) {
            Arrays.fill(labels, rows.classStarts()[label], rows.classStarts()[label + 1], label);
        }
        return labels;
    }

    private static Neighbours inverted(int[][] nearest, int classes) {
        int[] starts = new int[classes + 1];
        for (int[] ofRow : nearest) {
            for (int label : ofRow) {
                starts[label + 1]++;
            }
        }
        for (int label = 0; label < classes; label++) {
            starts[label + 1] = Math.addExact(starts[label + 1], starts[label]);
        }
        int[] next = starts.clone();
        int[] rows = new int[starts[classes]];
        for (int row = 0; row < nearest.length; row++) {
            for (int label : nearest[row]) {
                rows[next[label]++] = row;
            }
        }
        return new Neighbours(starts, rows);
    }
}
