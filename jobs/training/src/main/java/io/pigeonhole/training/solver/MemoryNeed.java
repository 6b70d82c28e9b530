package io.pigeonhole.training.solver;

import io.pigeonhole.training.solver.dual.DualPlan;
import io.pigeonhole.training.solver.lbfgs.MemoryPlan;
import io.pigeonhole.training.solver.problems.Layout;
import org.apache.spark.SparkContext;

/**
 * The least memory that a training needs, estimated before its rows are read, by the same plans as the solver's own.
 *
 * @param place where: this process, or each of some executors
 * @param bytes that it needs there
 * @param usable bytes of the heap that may be planned with
 * @param setting of the heap
 * @param fits whether some algorithm needs no more than that
 */
public record MemoryNeed(String place, long bytes, long usable, String setting, boolean fits) {

    /**
     * The need of the problems of one matrix of coefficients.
     *
     * @param rows of the training
     * @param dimension number of features
     */
    public static MemoryNeed of(SparkContext context, long rows, int dimension, Layout layout, boolean hasL1) {
        MemoryPlan.Least lbfgs = MemoryPlan.least(context, dimension, layout, hasL1);
        double dual = hasL1 ? Double.POSITIVE_INFINITY : DualPlan.least(rows, dimension, layout);
        boolean byGroups = lbfgs.isArray() && lbfgs.least() <= lbfgs.usable();
        double bytes = byGroups ? Math.min(lbfgs.all(), lbfgs.usable()) : Math.min(lbfgs.least(), dual);
        return new MemoryNeed(
                lbfgs.place(),
                (long) bytes,
                (long) lbfgs.usable(),
                lbfgs.setting(),
                byGroups || dual <= lbfgs.usable());
    }
}
