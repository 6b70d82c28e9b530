package io.pigeonhole.training.solver.kernels;

/** A product and a sum in single precision: rounded once where the machine has an instruction for that, else twice. */
public final class MultiplyAdd {

    /** A constant, so that the compiler drops the other branch from inner loops. */
    static final boolean FUSED = Machine.HERE.hasFusedMultiplyAdd();

    private MultiplyAdd() {}

    /** {@code a * b + c}. */
    public static float of(float a, float b, float c) {
        return FUSED ? Math.fma(a, b, c) : a * b + c;
    }
}
