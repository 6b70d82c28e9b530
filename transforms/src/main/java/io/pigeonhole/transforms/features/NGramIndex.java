package io.pigeonhole.transforms.features;

import java.io.Serializable;
import java.util.Arrays;

/** Maps each n-gram to its feature. */
interface NGramIndex extends Serializable {

    /** The feature of the n-gram {@code codePoints[from, to)}; negative if there is none. */
    int indexOf(int kind, int[] codePoints, int from, int to, int hash);

    /** Features by bucket of the hash. */
    final class Buckets implements NGramIndex {

        private static final long serialVersionUID = 1L;

        private final int[] indexOf;

        Buckets(int buckets, int[] used) {
            indexOf = new int[buckets];
            Arrays.fill(indexOf, -1);
            for (int i = 0; i < used.length; i++) {
                indexOf[used[i]] = i;
            }
        }

        @Override
        public int indexOf(int kind, int[] codePoints, int from, int to, int hash) {
            return indexOf[Math.floorMod(hash, indexOf.length)];
        }
    }
}
