package io.pigeonhole.deep.learning;

import io.pigeonhole.deep.network.LabelledInput;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/** The rows of one task, in an order that depends only on their contents. */
record Shard(List<LabelledInput> rows) implements Serializable {

    /** A mini-batch. */
    List<LabelledInput> batch(int[] order, int from, int size) {
        List<LabelledInput> batch = new ArrayList<>(size);
        for (int i = from; i < from + size; i++) {
            batch.add(rows.get(order[i]));
        }
        return batch;
    }
}
