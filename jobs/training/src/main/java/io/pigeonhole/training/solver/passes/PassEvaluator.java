package io.pigeonhole.training.solver.passes;

/** Evaluates passes over all rows. */
public interface PassEvaluator extends AutoCloseable {

    /** Losses and gradient, summed over the lanes in their order. */
    Pass.Sums evaluate(Pass pass);

    @Override
    default void close() {}
}
