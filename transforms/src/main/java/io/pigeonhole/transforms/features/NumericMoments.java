package io.pigeonhole.transforms.features;

import java.io.Serializable;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/** Count, mean and standard deviation of one column, identical to the last bit for every order of the values. */
final class NumericMoments implements Serializable {

    private static final long serialVersionUID = 1L;

    private static final MathContext PRECISION = new MathContext(60, RoundingMode.HALF_EVEN);

    private long count;
    private final ExactSum sum = new ExactSum();
    private final ExactSum squares = new ExactSum();

    void add(double value) {
        count++;
        sum.add(value);
        squares.addSquare(value);
    }

    NumericMoments merge(NumericMoments other) {
        count += other.count;
        sum.add(other.sum);
        squares.add(other.squares);
        return this;
    }

    /** The mean; 0 without values. */
    double mean() {
        return count == 0
                ? 0
                : sum.value().divide(BigDecimal.valueOf(count), PRECISION).doubleValue();
    }

    /** The sample standard deviation (divisor n - 1); 0 for fewer than two values. */
    double standardDeviation() {
        if (count < 2) {
            return 0;
        }
        BigDecimal n = BigDecimal.valueOf(count);
        BigDecimal total = sum.value();
        BigDecimal scatter = squares.value().multiply(n).subtract(total.multiply(total));
        BigDecimal variance = scatter.divide(n.multiply(n.subtract(BigDecimal.ONE)), PRECISION);
        return variance.signum() <= 0 ? 0 : variance.sqrt(PRECISION).doubleValue();
    }
}
