package io.pigeonhole.training.rules;

import java.util.Arrays;
import org.apache.spark.ml.linalg.SparseVector;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;

/**
 * Probabilities of the classes of one row. Classes that a sparse vector leaves out share the remaining probability evenly.
 *
 * @param best place of the most probable class; ties go to the first
 * @param confidence its probability
 */
record Probabilities(Vector vector, int best, double confidence) {

    static Probabilities of(Vector vector) {
        double[] values = values(vector);
        int best = 0;
        for (int i = 1; i < values.length; i++) {
            best = values[i] > values[best] ? i : best;
        }
        int place = vector instanceof SparseVector sparse ? sparse.indices()[best] : best;
        return new Probabilities(vector, place, values[best]);
    }

    private static double[] values(Vector vector) {
        return vector instanceof SparseVector sparse ? sparse.values() : vector.toArray();
    }

    /** Gives a class this probability; the others share the rest in their proportions, evenly if they have none. */
    Vector with(int place, double probability) {
        double before = vector instanceof SparseVector sparse ? at(sparse, place) : vector.apply(place);
        double others = 1 - before;
        double scale = others > 0 ? (1 - probability) / others : 0;
        if (vector instanceof SparseVector sparse) {
            return others > 0
                    ? with(sparse, place, probability, scale)
                    : Vectors.sparse(sparse.size(), new int[] {place}, new double[] {probability});
        }
        double even = others > 0 || vector.size() == 1 ? 0 : (1 - probability) / (vector.size() - 1);
        double[] values = Arrays.stream(vector.toArray())
                .map(value -> value * scale + even)
                .toArray();
        values[place] = vector.size() == 1 ? 1 : probability;
        return Vectors.dense(values);
    }

    private static double at(SparseVector sparse, int place) {
        int found = Arrays.binarySearch(sparse.indices(), place);
        if (found >= 0) {
            return sparse.values()[found];
        }
        double rest = Math.max(0, 1 - Arrays.stream(sparse.values()).sum());
        return rest / (sparse.size() - sparse.indices().length);
    }

    private static Vector with(SparseVector sparse, int place, double probability, double scale) {
        int found = Arrays.binarySearch(sparse.indices(), place);
        int at = found >= 0 ? found : -found - 1;
        int added = found >= 0 ? 0 : 1;
        int[] indices = new int[sparse.indices().length + added];
        double[] values = new double[indices.length];
        for (int i = 0; i < sparse.indices().length; i++) {
            int to = i < at ? i : i + added;
            indices[to] = sparse.indices()[i];
            values[to] = sparse.values()[i] * scale;
        }
        indices[at] = place;
        values[at] = probability;
        return Vectors.sparse(sparse.size(), indices, values);
    }
}
