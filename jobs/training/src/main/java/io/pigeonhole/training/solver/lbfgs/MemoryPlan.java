package io.pigeonhole.training.solver.lbfgs;

import io.pigeonhole.training.solver.matrices.Matrices;
import io.pigeonhole.training.solver.problems.Layout;
import io.pigeonhole.training.solver.rows.Lanes;
import io.pigeonhole.transforms.PipelineException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.spark.SparkContext;

/**
 * Where the solver's memory goes, and into how many groups the problems are cut so that it suffices: a group is solved
 * after the other, and each problem ends at the same bits as without groups.
 *
 * @param onExecutors whether slices are on the executors; else all are in this process
 * @param sliceRows rows of each slice but the last
 * @param groupEnds the problem after the last one of each group
 * @param description for the log, a line for each place
 */
public record MemoryPlan(boolean onExecutors, int sliceRows, List<Integer> groupEnds, String description) {

    /** Share of a heap that may be planned with. */
    private static final double USABLE = 0.8;
    /** Share of a heap that the blocks of rows may take before they go to disk. */
    private static final double BLOCKS_AT_MOST = 0.3;

    private static final double BYTES_PER_ENTRY = 8;
    private static final double GIBIBYTE = 1L << 30;

    /** Vectors of a slice: point, gradient, direction and the memory; with L1 also the pseudo-gradient. */
    private static final int VECTORS = 3 + 2 * History.MEMORY;

    public MemoryPlan {
        groupEnds = List.copyOf(groupEnds);
    }

    /**
     * What a process offers and needs.
     *
     * @param name setting of its heap
     * @param heap bytes
     * @param fixed bytes that are taken whatever the groups
     * @param matrices matrices of a group that it holds at a time
     * @param remainder what these matrices are
     */
    private record Place(String name, double heap, double fixed, double matrices, String remainder) {

        double largestMatrix() {
            return (USABLE * heap - fixed) / matrices;
        }

        String describe(double matrix) {
            return String.format(
                    Locale.ROOT,
                    "%s: %.2f GiB of a heap of %.2f GiB: %.2f for rows and result, %.2f for %.1f matrices of %.3f GiB (%s)",
                    name,
                    (fixed + matrices * matrix) / GIBIBYTE,
                    heap / GIBIBYTE,
                    fixed / GIBIBYTE,
                    matrices * matrix / GIBIBYTE,
                    matrices,
                    matrix / GIBIBYTE,
                    remainder);
        }
    }

    /**
     * Plans.
     *
     * @throws PipelineException of the category configuration if the memory does not suffice for the largest problem
     */
    static MemoryPlan of(Lanes lanes, Layout layout, boolean hasL1) {
        SparkContext context = lanes.blocks().context();
        Place place = place(
                context,
                BYTES_PER_ENTRY * lanes.entries(),
                model(lanes.dimension(), layout),
                lanes.blocks().getNumPartitions(),
                hasL1);
        return fitted(!context.isLocal(), lanes, layout, place, heapSetting(context));
    }

    private static double model(int dimension, Layout layout) {
        return 4.0 * (dimension + 1) * layout.columns();
    }

    private static String heapSetting(SparkContext context) {
        return context.isLocal() ? "spark.driver.memory (or -Xmx)" : "spark.executor.memory";
    }

    private static Place place(SparkContext context, double blocks, double model, int laneCount, boolean hasL1) {
        int vectors = VECTORS + (hasL1 ? 1 : 0);
        if (context.isLocal()) {
            double heap = Runtime.getRuntime().maxMemory();
            return new Place(
                    "this process",
                    heap,
                    Math.min(blocks, BLOCKS_AT_MOST * heap) + model,
                    vectors + 1 + laneCount,
                    vectors + " of the optimiser, a trial point, gradients of " + laneCount + " lanes");
        }
        int executors = Math.max(1, context.getExecutorMemoryStatus().size() - 1);
        int cores = Math.max(1, context.defaultParallelism() / executors);
        double heap = context.getConf().getSizeAsBytes("spark.executor.memory", "1g");
        return new Place(
                "each of " + executors + " executors",
                heap,
                Math.min((blocks + model) / executors, BLOCKS_AT_MOST * heap),
                // while slices are made anew, the ones before are still there
                (vectors + 7.0) / executors + 1 + 2 * cores,
                "a share of " + (vectors + 7) + " of the optimiser, a trial point, gradients of " + cores + " tasks");
    }

    /**
     * The least that L-BFGS needs, as if there were no rows and one lane.
     *
     * @param place where: this process, or each of some executors
     * @param all bytes for all problems in one group
     * @param least bytes for the widest problem in a group of its own
     * @param usable bytes of the heap that may be planned with
     * @param setting of the heap
     * @param isArray whether a matrix of the widest problem fits into an array
     */
    public record Least(String place, double all, double least, double usable, String setting, boolean isArray) {}

    /**
     * Looks ahead, before the rows are there.
     *
     * @param layout of the problems whose coefficients lie in one matrix
     */
    public static Least least(SparkContext context, int dimension, Layout layout, boolean hasL1) {
        Place place = place(context, 0, model(dimension, layout), 1, hasL1);
        int widest = 0;
        for (int p = 0; p < layout.problems(); p++) {
            widest = Math.max(widest, Matrices.padded(layout.end(p) - layout.start(p)));
        }
        return new Least(
                place.name(),
                place.fixed() + place.matrices() * 4.0 * (dimension + 1.0) * Matrices.padded(layout.columns()),
                place.fixed() + place.matrices() * 4.0 * (dimension + 1.0) * widest,
                USABLE * place.heap(),
                heapSetting(context),
                4.0 * (dimension + 1.0) * widest <= 4.0 * (Integer.MAX_VALUE - 8));
    }

    private static MemoryPlan fitted(boolean onExecutors, Lanes lanes, Layout layout, Place place, String heapSetting) {
        int rows = lanes.dimension() + 1;
        double largest = Math.min(place.largestMatrix(), 4.0 * (Integer.MAX_VALUE - 8));
        int columns = (int) Math.min(largest / (4.0 * rows), Integer.MAX_VALUE - Matrices.PADDING);
        int widest = 0;
        for (int p = 0; p < layout.problems(); p++) {
            widest = Math.max(widest, Matrices.padded(layout.end(p) - layout.start(p)));
        }
        if (widest > columns || (!onExecutors && (long) rows * layout.columns() > Integer.MAX_VALUE - 8)) {
            throw refusal(place, heapSetting, rows, widest, layout.columns());
        }
        List<Integer> ends = groupEnds(layout, columns);
        int stride = Matrices.padded(Math.min(layout.columns(), columns));
        String description = String.format(
                Locale.ROOT,
                "%,d rows, %,d features, %,d columns in %d group(s)%n%s",
                lanes.rows(),
                lanes.dimension(),
                layout.columns(),
                ends.size(),
                place.describe(4.0 * rows * stride));
        int sliceRows = Vectors.sliceRows(rows, Matrices.padded(layout.columns()));
        return new MemoryPlan(onExecutors, sliceRows, ends, description);
    }

    /** As many problems to a group as fit into so many columns, padding included. */
    static List<Integer> groupEnds(Layout layout, int columns) {
        List<Integer> ends = new ArrayList<>();
        int first = 0;
        for (int p = 0; p < layout.problems(); p++) {
            if (p > first && Matrices.padded(layout.end(p) - layout.start(first)) > columns) {
                ends.add(p);
                first = p;
            }
        }
        ends.add(layout.problems());
        return ends;
    }

    private static PipelineException refusal(Place place, String heapSetting, int rows, int widest, int columns) {
        double matrix = 4.0 * rows * widest;
        double heap = (place.fixed() + place.matrices() * matrix) / USABLE;
        double fewer = Math.min(place.largestMatrix(), 4.0 * (Integer.MAX_VALUE - 8)) / (4.0 * widest);
        return PipelineException.configuration(String.format(
                Locale.ROOT,
                "Training needs more memory than there is. %s%nIt would fit with one of: %s = %dm; at most %,d features"
                        + " (buckets or max_size of the vocabulary) instead of %,d; or another trainer: one_vs_rest and"
                        + " hierarchical are cut into groups of classes, softmax needs its %,d columns at a time (of %,d"
                        + " in all).",
                place.describe(matrix),
                heapSetting,
                (long) Math.ceil(heap / (1 << 20)),
                (long) Math.max(1, fewer - 1),
                rows - 1,
                widest,
                columns));
    }
}
