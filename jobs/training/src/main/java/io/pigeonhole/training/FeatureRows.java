package io.pigeonhole.training;

import io.pigeonhole.training.solver.problems.Layout;
import java.io.Serializable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where each feature has coefficients in the groups of a hierarchy: one look-up for each feature of a row instead of a
 * search in each node. Found at the first prediction in each process, and never saved or sent.
 */
final class FeatureRows implements Serializable {

    private static final long serialVersionUID = 1L;

    /** The table takes at most this part of the heap; models for which it is larger do without. */
    private static final int PART_OF_HEAP = 16;

    private transient volatile @Nullable Table table;

    /**
     * The rows of all groups by their feature.
     *
     * @param starts where the entries of each feature begin; one more than features
     * @param groups the group of each entry, ascending within a feature
     * @param rows its row in that group
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Table(int[] starts, int[] groups, int[] rows) {

        static Table of(List<ColumnGroup> all, int dimension) {
            int[] starts = new int[dimension + 1];
            for (ColumnGroup group : all) {
                int[] features = group.features();
                for (int row = 0; row < features.length - 1; row++) {
                    starts[features[row] + 1]++;
                }
            }
            for (int feature = 0; feature < dimension; feature++) {
                starts[feature + 1] += starts[feature];
            }
            int[] next = starts.clone();
            int[] groups = new int[starts[dimension]];
            int[] rows = new int[groups.length];
            for (int number = 0; number < all.size(); number++) {
                int[] features = all.get(number).features();
                for (int row = 0; row < features.length - 1; row++) {
                    int at = next[features[row]]++;
                    groups[at] = number;
                    rows[at] = row;
                }
            }
            return new Table(starts, groups, rows);
        }
    }

    /** Finds the rows unless they are found, and unless they take too much memory. */
    boolean isReady(List<ColumnGroup> groups, int dimension) {
        if (table == null) {
            long entries =
                    groups.stream().mapToLong(group -> group.features().length).sum();
            long bytes = Integer.BYTES * (2 * entries + 2L * dimension);
            if (bytes > Runtime.getRuntime().maxMemory() / PART_OF_HEAP) {
                return false;
            }
            synchronized (this) {
                table = table == null ? Table.of(groups, dimension) : table;
            }
        }
        return true;
    }

    /**
     * The margins of a row of features in all columns of the layout, added in the same order as by
     * {@link ColumnGroup#margins}.
     *
     * @param margins all 0
     */
    void margins(int[] indices, double[] values, List<ColumnGroup> groups, Layout layout, double[] margins) {
        Table found = table;
        if (found == null) {
            throw new IllegalStateException("the rows are not found yet");
        }
        for (int number = 0; number < groups.size(); number++) {
            ColumnGroup group = groups.get(number);
            group.addRow(group.features().length - 1, 1, margins, layout.start(number));
        }
        for (int i = 0; i < indices.length; i++) {
            for (int at = found.starts[indices[i]]; at < found.starts[indices[i] + 1]; at++) {
                int number = found.groups[at];
                groups.get(number).addRow(found.rows[at], values[i], margins, layout.start(number));
            }
        }
    }
}
