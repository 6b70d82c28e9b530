package io.pigeonhole.training;

import io.pigeonhole.training.solver.MemoryNeed;
import io.pigeonhole.training.solver.problems.Layout;
import io.pigeonhole.transforms.Taxonomy;
import java.util.List;
import org.apache.spark.SparkContext;

/**
 * The memory that a training would need, estimated before its rows are read, by the same plans as the training
 * itself.
 */
public final class TrainingMemory {

    private TrainingMemory() {}

    /**
     * The need of the largest matrix of coefficients; matrices are trained one after the other.
     *
     * @param tree the classes; for a label tree, {@link #shapeOfLearntTree}
     * @param rows of the training
     * @param dimension number of features
     * @param trials settings, times folds and one, that are trained side by side
     * @param hasL1 whether a penalty has a share of L1
     */
    public static MemoryNeed needed(
            SparkContext context, Scheme scheme, Taxonomy tree, long rows, int dimension, int trials, boolean hasL1) {
        Layout layout = scheme.layout(tree);
        Layout whole = layout.repeated(trials);
        List<boolean[]> matrices = Training.matrices(layout, whole, dimension, Training.MOST_ELEMENTS);
        return matrices.stream()
                .map(matrix -> MemoryNeed.of(context, rows, dimension, whole.select(matrix), hasL1))
                .reduce((one, other) -> one.fits() && (!other.fits() || other.bytes() > one.bytes()) ? other : one)
                .orElseThrow();
    }

    /** A tree with as many nodes of the same widths as the one that {@link LabelTreeClassifier} learns. */
    public static Taxonomy shapeOfLearntTree(List<String> labels, int branching) {
        return LabelTree.shape(labels, branching);
    }

    /** Bytes that this process needs at most to learn a tree, besides its trainings. */
    public static long mostBytesOfLearningTree(long classes, int dimension) {
        return LabelTree.mostBytesOfMeans(classes, dimension);
    }
}
