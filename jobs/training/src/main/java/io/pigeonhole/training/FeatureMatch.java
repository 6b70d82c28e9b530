package io.pigeonhole.training;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * How the features of an earlier model correspond to those of a new one: feature {@code j} is the earlier feature
 * {@code earlier[j]}, in other units. A coefficient of the earlier model is multiplied by {@code factors[j]}, and
 * {@code shifts[j]} times it is added to the intercept.
 *
 * @param earlier -1 where the earlier model did not know the feature
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record FeatureMatch(int[] earlier, double[] factors, double[] shifts) {

    public FeatureMatch {
        if (factors.length != earlier.length || shifts.length != earlier.length) {
            throw new IllegalArgumentException("a factor and a shift for each of " + earlier.length + " features");
        }
    }

    /** The same features in the same units. */
    public static FeatureMatch same(int features) {
        double[] ones = new double[features];
        Arrays.fill(ones, 1);
        return new FeatureMatch(IntStream.range(0, features).toArray(), ones, new double[features]);
    }
}
