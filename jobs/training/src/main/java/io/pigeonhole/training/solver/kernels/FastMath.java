package io.pigeonhole.training.solver.kernels;

/**
 * Exponential and logarithm in single precision as polynomials of {@link MultiplyAdd multiply-adds}: the constants and the
 * scalar form, which the vector form repeats operation by operation.
 */
public final class FastMath {

    /** Below this, exp is set to the smallest value that the scaling by a power of two can express. */
    static final float EXP_MINIMUM = -87f;

    static final float LOG2_E = 1.44269504f;
    /** ln 2 in two parts: the first has few enough bits that its product with an exponent is exact. */
    static final float LN2_HIGH = 0.693359375f;

    static final float LN2_LOW = -2.12194440e-4f;
    /** Adding and subtracting it rounds to the nearest whole number. */
    static final float ROUND = 12582912f;

    /** Taylor coefficients 1/7! ... 1/2!, enough for |r| up to ln(2)/2. */
    static final float E7 = 1f / 5040;

    static final float E6 = 1f / 720;
    static final float E5 = 1f / 120;
    static final float E4 = 1f / 24;
    static final float E3 = 1f / 6;
    static final float E2 = 0.5f;

    /** Coefficients of 2 atanh(s) = 2 (s + s^3/3 + s^5/5 + ...); s is at most 1/3 for log(1 + e), e in [0, 1]. */
    static final float L13 = 2f / 13;

    static final float L11 = 2f / 11;
    static final float L9 = 2f / 9;
    static final float L7 = 2f / 7;
    static final float L5 = 2f / 5;
    static final float L3 = 2f / 3;

    private FastMath() {}

    /** exp(x) for x at most 0. */
    public static float exp(float x) {
        float clamped = Math.max(x, EXP_MINIMUM);
        float n = MultiplyAdd.of(clamped, LOG2_E, ROUND) - ROUND;
        float r = MultiplyAdd.of(n, -LN2_LOW, MultiplyAdd.of(n, -LN2_HIGH, clamped));
        float p = MultiplyAdd.of(E7, r, E6);
        p = MultiplyAdd.of(p, r, E5);
        p = MultiplyAdd.of(p, r, E4);
        p = MultiplyAdd.of(p, r, E3);
        p = MultiplyAdd.of(p, r, E2);
        p = MultiplyAdd.of(p, r, 1f);
        p = MultiplyAdd.of(p, r, 1f);
        return p * Float.intBitsToFloat(((int) n + 127) << 23);
    }

    /** log(1 + e) for e in [0, 1]. */
    static float log1p(float e) {
        float s = e / (2f + e);
        float q = s * s;
        float p = MultiplyAdd.of(L13, q, L11);
        p = MultiplyAdd.of(p, q, L9);
        p = MultiplyAdd.of(p, q, L7);
        p = MultiplyAdd.of(p, q, L5);
        p = MultiplyAdd.of(p, q, L3);
        p = MultiplyAdd.of(p, q, 2f);
        return p * s;
    }
}
