package io.pigeonhole.training.nearest;

import java.io.Serializable;
import java.util.Arrays;
import org.apache.spark.ml.linalg.DenseVector;
import org.apache.spark.ml.linalg.SparseVector;
import org.apache.spark.ml.linalg.Vector;

/**
 * A vector in single precision, as its elements that are not zero.
 *
 * @param size number of features
 * @param features of the elements, ascending
 * @param values of the elements
 */
@SuppressWarnings("ArrayRecordComponent") // read in loops, never compared
record FeatureVector(int size, int[] features, float[] values) implements Serializable {

    /** Largest magnitude of an element, so that sums of squares stay within single precision. */
    private static final double LARGEST = 1e15;

    /**
     * Converts a vector, and scales it to length one for cosines.
     *
     * @throws IllegalArgumentException for an element that is not a number, or too large
     */
    static FeatureVector of(Vector vector, Metric metric) {
        int[] features;
        double[] elements;
        if (vector instanceof SparseVector sparse) {
            features = sparse.indices().clone();
            elements = sparse.values().clone();
        } else {
            elements = ((DenseVector) vector).values().clone();
            features = new int[elements.length];
            Arrays.setAll(features, f -> f);
        }
        int count = 0;
        double largest = 0;
        for (int i = 0; i < elements.length; i++) {
            if (elements[i] != 0) {
                features[count] = features[i];
                elements[count] = elements[i];
                largest = Math.max(largest, Math.abs(elements[i]));
                count++;
            }
        }
        double length = metric == Metric.COSINE ? length(elements, count, largest) : 1;
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) (elements[i] / length);
            if (!(Math.abs(values[i]) <= LARGEST)) {
                throw new IllegalArgumentException("feature " + features[i] + " is " + elements[i]
                        + ", and rows can be compared up to " + LARGEST + "; scale the feature");
            }
        }
        return new FeatureVector(vector.size(), Arrays.copyOf(features, count), values);
    }

    /** The Euclidean length, computed so that it neither overflows nor vanishes; 1 for a zero vector. */
    private static double length(double[] elements, int count, double largest) {
        double squares = 0;
        for (int i = 0; i < count; i++) {
            double element = elements[i] / largest;
            squares += element * element;
        }
        return count == 0 ? 1 : largest * Math.sqrt(squares);
    }

    /** A row of a dense matrix. */
    static FeatureVector ofDense(float[] matrix, int from, int size) {
        int[] features = new int[size];
        Arrays.setAll(features, f -> f);
        return ofElements(size, features, Arrays.copyOfRange(matrix, from, from + size));
    }

    /** The elements that are not zero. */
    static FeatureVector ofElements(int size, int[] features, float[] values) {
        int[] kept = new int[features.length];
        float[] elements = new float[features.length];
        int count = 0;
        for (int i = 0; i < features.length; i++) {
            if (values[i] != 0) {
                kept[count] = features[i];
                elements[count] = values[i];
                count++;
            }
        }
        return new FeatureVector(size, Arrays.copyOf(kept, count), Arrays.copyOf(elements, count));
    }

    double dot(FeatureVector other) {
        double sum = 0;
        int i = 0;
        int j = 0;
        while (i < features.length && j < other.features.length) {
            int difference = features[i] - other.features[j];
            if (difference == 0) {
                sum += (double) values[i] * other.values[j];
            }
            i += difference <= 0 ? 1 : 0;
            j += difference >= 0 ? 1 : 0;
        }
        return sum;
    }

    double squaredDistance(FeatureVector other) {
        double sum = 0;
        int i = 0;
        int j = 0;
        while (i < features.length || j < other.features.length) {
            int mine = i < features.length ? features[i] : Integer.MAX_VALUE;
            int its = j < other.features.length ? other.features[j] : Integer.MAX_VALUE;
            double difference = (mine <= its ? (double) values[i] : 0) - (its <= mine ? (double) other.values[j] : 0);
            sum += difference * difference;
            i += mine <= its ? 1 : 0;
            j += its <= mine ? 1 : 0;
        }
        return sum;
    }

    double squares() {
        double sum = 0;
        for (float value : values) {
            sum += (double) value * value;
        }
        return sum;
    }

    /** As a dense array. */
    float[] dense() {
        float[] dense = new float[size];
        for (int i = 0; i < features.length; i++) {
            dense[features[i]] = values[i];
        }
        return dense;
    }
}
