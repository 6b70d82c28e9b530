package io.pigeonhole.training.nearby;

import java.util.Arrays;
import java.util.stream.IntStream;

/** The mean direction of each class's rows, of length one before its smallest elements are left out. */
final class ClassMeans {

    /** Elements kept of each: the rest hardly turn it, and the time of a row grows with them. */
    private static final int MOST_FEATURES = 128;

    private ClassMeans() {}

    /** @param weights of the rows; those of weight 0 take no part */
    static ClassVector[] of(FewRows rows, float[] weights) {
        ClassVector[] means = new ClassVector[rows.classes()];
        ThreadLocal<double[]> sums = ThreadLocal.withInitial(() -> new double[rows.dimension()]);
        IntStream.range(0, means.length)
                .parallel()
                .forEach(label -> means[label] = of(rows, weights, label, sums.get()));
        return means;
    }

    /** @param sums all 0, before and after */
    static ClassVector of(FewRows rows, float[] weights, int label, double[] sums) {
        int from = rows.classStarts()[label];
        int to = rows.classStarts()[label + 1];
        for (int row = from; row < to; row++) {
            double length = Math.sqrt(rows.squaredLength(row));
            double factor = length > 0 ? weights[row] / length : 0;
            for (int i = rows.starts()[row]; i < rows.starts()[row + 1]; i++) {
                sums[rows.features()[i]] += factor * rows.values()[i];
            }
        }
        int[] features = Arrays.stream(rows.features(), rows.starts()[from], rows.starts()[to])
                .sorted()
                .distinct()
                .toArray();
        double squares = 0;
        for (int feature : features) {
            squares += sums[feature] * sums[feature];
        }
        double scale = squares > 0 ? 1 / Math.sqrt(squares) : 0;
        for (int feature : features) {
            sums[feature] *= scale;
        }
        ClassVector mean = ClassVector.of(sums, largest(sums, features), 0);
        for (int feature : features) {
            sums[feature] = 0;
        }
        return mean;
    }

    /** The features of the largest elements; ties go to the lower feature. */
    private static int[] largest(double[] sums, int[] features) {
        if (features.length <= MOST_FEATURES) {
            return features;
        }
        double[] magnitudes = Arrays.stream(features)
                .mapToDouble(j -> Math.abs(sums[j]))
                .sorted()
                .toArray();
        double least = magnitudes[magnitudes.length - MOST_FEATURES];
        int above =
                (int) Arrays.stream(magnitudes).filter(value -> value > least).count();
        int[] ties = Arrays.stream(features)
                .filter(j -> Math.abs(sums[j]) == least)
                .limit(MOST_FEATURES - above)
                .toArray();
        return IntStream.concat(Arrays.stream(features).filter(j -> Math.abs(sums[j]) > least), Arrays.stream(ties))
                .sorted()
                .toArray();
    }
}
