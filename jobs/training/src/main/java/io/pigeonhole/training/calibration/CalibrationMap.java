package io.pigeonhole.training.calibration;

import io.pigeonhole.transforms.DecisionNodes;
import java.io.Serializable;
import java.util.Arrays;

/** A function that calibrates the shares of the children of one node. */
sealed interface CalibrationMap extends Serializable {

    /** Shares below this count as this much wherever a logarithm is taken. */
    double LEAST_SHARE = 1e-12;

    CalibrationMethod method();

    /** Calibrates {@code shares[from]} to {@code shares[to - 1]} in place; they sum to one, before and after. */
    void apply(double[] shares, int from, int to);

    static double log(double share) {
        return Math.log(Math.max(share, LEAST_SHARE));
    }

    /** Shares as they are. */
    record Unchanged() implements CalibrationMap {

        @Override
        public CalibrationMethod method() {
            return CalibrationMethod.NONE;
        }

        @Override
        public void apply(double[] shares, int from, int to) {
            // they stay
        }
    }

    /** Shares to the power of {@code sharpness}, the inverse of the temperature, scaled to one. */
    record Temperature(double sharpness) implements CalibrationMap {

        @Override
        public CalibrationMethod method() {
            return CalibrationMethod.TEMPERATURE;
        }

        @Override
        public void apply(double[] shares, int from, int to) {
            for (int i = from; i < to; i++) {
                shares[i] = sharpness * log(shares[i]);
            }
            softmax(shares, from, to);
        }
    }

    /** The softmax of {@code factor * log(share) + bias}, child by child. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record VectorScaling(double[] factors, double[] biases) implements CalibrationMap {

        @Override
        public CalibrationMethod method() {
            return CalibrationMethod.VECTOR;
        }

        @Override
        public void apply(double[] shares, int from, int to) {
            for (int i = from; i < to; i++) {
                shares[i] = factors[i - from] * log(shares[i]) + biases[i - from];
            }
            softmax(shares, from, to);
        }
    }

    /** A piecewise linear function for each child, constant beyond its first and last knot; then scaled to one. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Isotonic(double[][] shares, double[][] values) implements CalibrationMap {

        @Override
        public CalibrationMethod method() {
            return CalibrationMethod.ISOTONIC;
        }

        @Override
        public void apply(double[] given, int from, int to) {
            for (int i = from; i < to; i++) {
                given[i] = interpolate(shares[i - from], values[i - from], given[i]);
            }
            DecisionNodes.scaleToOne(given, from, to);
        }

        private static double interpolate(double[] knots, double[] values, double at) {
            int found = Arrays.binarySearch(knots, at);
            int above = found >= 0 ? found : -found - 1;
            if (found >= 0 || above == 0) {
                return values[above];
            }
            if (above == knots.length) {
                return values[above - 1];
            }
            double part = (at - knots[above - 1]) / (knots[above] - knots[above - 1]);
            return values[above - 1] + part * (values[above] - values[above - 1]);
        }
    }

    private static void softmax(double[] values, int from, int to) {
        double largest = Double.NEGATIVE_INFINITY;
        for (int i = from; i < to; i++) {
            largest = Math.max(largest, values[i]);
        }
        for (int i = from; i < to; i++) {
            values[i] = Math.exp(values[i] - largest);
        }
        DecisionNodes.scaleToOne(values, from, to);
    }
}
