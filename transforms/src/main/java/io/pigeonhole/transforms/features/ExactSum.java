package io.pigeonhole.transforms.features;

import java.io.Serializable;
import java.math.BigDecimal;
import java.math.BigInteger;

/**
 * A sum of doubles without rounding, so that it does not depend on the order of numbers and partial sums: a fixed-point
 * number as wide as the range of double, in pieces of 32 bits with room for 2^30 additions each (Kulisch's long
 * accumulator).
 */
final class ExactSum implements Serializable {

    private static final long serialVersionUID = 1L;

    private static final int PIECE_BITS = 32;
    private static final long PIECE_MASK = (1L << PIECE_BITS) - 1;
    /** Exponent of the lowest bit, which is that of the smallest double. */
    private static final int LOWEST = Double.MIN_EXPONENT - 52;

    private static final int CARRY_EVERY = 1 << 30;

    private final long[] pieces = new long[(Double.MAX_EXPONENT - LOWEST) / PIECE_BITS + 4];
    private int additions;

    /** Adds a finite number. */
    void add(double value) {
        long bits = Double.doubleToRawLongBits(value);
        int exponent = (int) (bits >>> 52) & 0x7ff;
        long fraction = bits & ((1L << 52) - 1);
        long mantissa = exponent == 0 ? fraction : fraction | 1L << 52;
        int shift = Math.max(exponent, 1) - 1;
        int piece = shift / PIECE_BITS;
        int offset = shift % PIECE_BITS;
        // the mantissa, shifted, spans at most three pieces
        long low = mantissa << offset;
        long high = offset == 0 ? 0 : mantissa >>> (64 - offset);
        int sign = bits < 0 ? -1 : 1;
        pieces[piece] += sign * (low & PIECE_MASK);
        pieces[piece + 1] += sign * (low >>> PIECE_BITS);
        pieces[piece + 2] += sign * high;
        if (++additions == CARRY_EVERY) {
            carry();
        }
    }

    /**
     * Adds the square of a number; exact as long as the square and its rounding error are within the range of double.
     */
    void addSquare(double value) {
        double square = value * value;
        if (Double.isInfinite(square)) {
            throw new ArithmeticException("the square of " + value + " is beyond the range of double");
        }
        add(square);
        add(Math.fma(value, value, -square));
    }

    /** Adds another sum. */
    void add(ExactSum other) {
        carry();
        other.carry();
        for (int i = 0; i < pieces.length; i++) {
            pieces[i] += other.pieces[i];
        }
        additions = 1;
    }

    private void carry() {
        for (int i = 0; i < pieces.length - 1; i++) {
            pieces[i + 1] += pieces[i] >> PIECE_BITS;
            pieces[i] &= PIECE_MASK;
        }
        additions = 0;
    }

    /** The sum, exactly. */
    BigDecimal value() {
        BigInteger sum = BigInteger.ZERO;
        for (int i = pieces.length - 1; i >= 0; i--) {
            sum = sum.shiftLeft(PIECE_BITS).add(BigInteger.valueOf(pieces[i]));
        }
        return new BigDecimal(sum).divide(new BigDecimal(BigInteger.ONE.shiftLeft(-LOWEST)));
    }
}
