package io.pigeonhole.training;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.apache.spark.ml.linalg.SparseVector;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;

/** The softmax over very many sparse columns, most of which a row does not meet. */
final class FlatProbabilities {

    /** Classes kept for each node that a beam would follow. */
    static final int CLASSES_PER_NODE = 20;

    private FlatProbabilities() {}

    /** @param beamWidth 0 for the probabilities of all classes */
    static Vector of(ColumnGroup.Sparse group, SparseVector row, int beamWidth) {
        double[] probabilities = new double[group.width()];
        group.margins(row.indices(), row.values(), probabilities, 0);
        softmax(probabilities);
        long kept = (long) CLASSES_PER_NODE * beamWidth;
        return kept == 0 || kept >= probabilities.length
                ? Vectors.dense(probabilities)
                : most(probabilities, (int) kept);
    }

    /** The softmax; margins of zero, which most classes have, are exponentiated once. */
    private static void softmax(double[] margins) {
        double largest = Double.NEGATIVE_INFINITY;
        for (double margin : margins) {
            largest = Math.max(largest, margin);
        }
        double ofZero = Math.exp(-largest);
        double sum = 0;
        for (int c = 0; c < margins.length; c++) {
            margins[c] = margins[c] == 0 ? ofZero : Math.exp(margins[c] - largest);
            sum += margins[c];
        }
        for (int c = 0; c < margins.length; c++) {
            margins[c] /= sum;
        }
    }

    /** The largest elements; ties go to the lower class. */
    private static Vector most(double[] probabilities, int count) {
        int[] heap = new int[count];
        Arrays.setAll(heap, i -> i);
        for (int i = count / 2 - 1; i >= 0; i--) {
            sink(heap, i, probabilities);
        }
        for (int c = count; c < probabilities.length; c++) {
            if (probabilities[c] > probabilities[heap[0]]) {
                heap[0] = c;
                sink(heap, 0, probabilities);
            }
        }
        int[] classes = IntStream.of(heap).sorted().toArray();
        return Vectors.sparse(
                probabilities.length,
                classes,
                IntStream.of(classes).mapToDouble(c -> probabilities[c]).toArray());
    }

    /** Restores a heap whose top is the least probable class, of equals the last. */
    private static void sink(int[] heap, int from, double[] probabilities) {
        int at = from;
        int child = 2 * at + 1;
        while (child < heap.length) {
            if (child + 1 < heap.length && isLess(heap[child + 1], heap[child], probabilities)) {
                child++;
            }
            if (!isLess(heap[child], heap[at], probabilities)) {
                return;
            }
            int moved = heap[at];
            heap[at] = heap[child];
            heap[child] = moved;
            at = child;
            child = 2 * at + 1;
        }
    }

    private static boolean isLess(int one, int other, double[] probabilities) {
        return probabilities[one] < probabilities[other] || probabilities[one] == probabilities[other] && one > other;
    }
}
