package io.pigeonhole.evaluation.predictions;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * The sets of slices that the rows of a block belong to.
 *
 * @param sets by number, each with the whole split
 * @param numbers of the set of each row; empty if there is only one set
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record SliceSets(List<List<String>> sets, int[] numbers) implements Serializable {

    /** The number of a row's set. */
    public int of(int row) {
        return numbers.length == 0 ? 0 : numbers[row];
    }

    /** Numbers the sets of blocks anew, so that a block knows only its own. */
    public static final class Numbering {

        private final ScanNames names;
        private int[] numbers = {};
        private final List<Integer> used = new ArrayList<>();

        public Numbering(ScanNames names) {
            this.names = names;
        }

        /**
         * The sets of a block.
         *
         * @param setOf number of the set of each entry in the scan
         * @param order of the entries, of which the block has those from {@code from} to before {@code to}
         */
        public SliceSets of(int[] setOf, int[] order, int from, int to) {
            if (numbers.length < names.setsOfSlices()) {
                numbers = new int[names.setsOfSlices()];
            }
            int[] ofRows = new int[to - from];
            for (int i = from; i < to; i++) {
                int set = setOf[order[i]];
                if (numbers[set] == 0) {
                    used.add(set);
                    numbers[set] = used.size();
                }
                ofRows[i - from] = numbers[set] - 1;
            }
            List<List<String>> sets = new ArrayList<>();
            for (int set : used) {
                sets.add(names.slices(set));
                numbers[set] = 0;
            }
            used.clear();
            return new SliceSets(sets, sets.size() == 1 ? new int[0] : ofRows);
        }
    }
}
