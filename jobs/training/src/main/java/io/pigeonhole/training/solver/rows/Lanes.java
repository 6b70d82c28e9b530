package io.pigeonhole.training.solver.rows;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.spark.Partitioner;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.PairFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.storage.StorageLevel;
import org.jspecify.annotations.Nullable;
import scala.Tuple2;

/**
 * The training rows as cached blocks, dealt to lanes by a hash of their content and sorted within the lane, so that
 * neither the order nor the partitioning of the input matters. A lane is a partition: its blocks are summed in order. Rows
 * that are the same in all that a problem sees (features, class, fold, weight) are kept once, with the sum of their weights:
 * tables of events hold most of theirs many times.
 *
 * @param blocks one partition for each lane
 * @param dimension number of features
 * @param rows number of rows kept
 * @param entries number of their non-zeros
 * @param weightByFold sum of the row weights, by fold and class
 * @param secondMoments weighted mean over rows of the square of each feature
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Lanes(
        JavaRDD<Block> blocks, int dimension, long rows, long entries, double[][] weightByFold, double[] secondMoments)
        implements AutoCloseable {

    /** Non-zeros that make a lane worth its gradient buffer: few for the first four, more for further ones. */
    private static final long NON_ZEROS_PER_LANE = 2_000_000;

    private static final long NON_ZEROS_PER_EARLY_LANE = 250_000;
    private static final int EARLY_LANES = 4;
    private static final int MOST_LANES = 4096;

    /**
     * How much there is to deal.
     *
     * @param entries number of non-zeros
     * @param folds the highest fold and one
     */
    public record Size(long rows, long entries, int folds) implements Serializable {

        public static final Size NONE = new Size(0, 0, 0);

        public Size plus(Size other) {
            return new Size(rows + other.rows, entries + other.entries, Math.max(folds, other.folds));
        }
    }

    /** Counts, deals and caches rows; as below. */
    public static Lanes of(JavaRDD<TrainingRow> examples, int dimension, int[] labelOrder) {
        return of(examples, examples.mapPartitions(Lanes::size).fold(Size.NONE, Size::plus), dimension, labelOrder);
    }

    /**
     * Deals and caches rows.
     *
     * @param examples rows; the weights are at least 0
     * @param size how much there is of them
     * @param dimension number of features
     * @param labelOrder rank of each class in the order in which rows are laid out: classes whose rows take part in the
     *     same problems side by side
     */
    public static Lanes of(JavaRDD<TrainingRow> examples, Size size, int dimension, int[] labelOrder) {
        if (size.rows() == 0) {
            throw new IllegalArgumentException("there is no row to train on");
        }
        int lanes = laneCount(size.entries());
        int folds = size.folds();
        JavaRDD<Block> blocks = examples.mapToPair(new Keyed(lanes, labelOrder))
                .repartitionAndSortWithinPartitions(new ByLane(lanes))
                .values()
                .mapPartitions(BlockIterator::new)
                .persist(StorageLevel.MEMORY_AND_DISK());
        List<LaneTotals> totals = blocks
                .mapPartitionsWithIndex(
                        (lane, it) -> List.of(LaneTotals.of(lane, it, folds, labelOrder.length, dimension))
                                .iterator(),
                        true)
                .collect()
                .stream()
                .sorted(Comparator.comparingInt(LaneTotals::lane))
                .toList();
        double[][] weights = new double[folds][labelOrder.length];
        double[] squares = new double[dimension];
        long rows = 0;
        long entries = 0;
        for (LaneTotals total : totals) {
            rows += total.rows();
            entries += total.entries();
            for (int fold = 0; fold < folds; fold++) {
                for (int c = 0; c < weights[fold].length; c++) {
                    weights[fold][c] += total.weightByFold()[fold][c];
                }
            }
            for (int j = 0; j < dimension; j++) {
                squares[j] += total.squares()[j];
            }
        }
        double weight = Arrays.stream(weights).flatMapToDouble(Arrays::stream).sum();
        Arrays.setAll(squares, j -> weight > 0 ? squares[j] / weight : 0);
        return new Lanes(blocks, dimension, rows, entries, weights, squares);
    }

    /** Sum of the row weights of each class, over the folds that are not held out. */
    public double[] weightByClass(int heldOut) {
        double[] weights = new double[weightByFold[0].length];
        for (int fold = 0; fold < weightByFold.length; fold++) {
            for (int c = 0; c < weights.length && fold != heldOut; c++) {
                weights[c] += weightByFold[fold][c];
            }
        }
        return weights;
    }

    /** Depends on the data alone, so that sums are the same on any number of cores. */
    private static int laneCount(long nonZeros) {
        long early = Math.min(nonZeros / NON_ZEROS_PER_EARLY_LANE + 1, EARLY_LANES);
        return (int) Math.min(Math.max(early, nonZeros / NON_ZEROS_PER_LANE), MOST_LANES);
    }

    /** The same rows with every feature multiplied by its factor, cached in place of these. */
    public Lanes scaled(float[] factors) {
        Broadcast<float[]> shared =
                JavaSparkContext.fromSparkContext(blocks.context()).broadcast(factors);
        JavaRDD<Block> scaled =
                blocks.map(block -> block.scaled(shared.value())).persist(StorageLevel.MEMORY_AND_DISK());
        scaled.count();
        blocks.unpersist();
        double[] moments = secondMoments.clone();
        Arrays.setAll(moments, j -> moments[j] * factors[j] * factors[j]);
        return new Lanes(scaled, dimension, rows, entries, weightByFold, moments);
    }

    private static Iterator<Size> size(Iterator<TrainingRow> examples) {
        Size size = Size.NONE;
        while (examples.hasNext()) {
            TrainingRow example = examples.next();
            size = size.plus(new Size(1, example.indices().length, example.fold() + 1));
        }
        return List.of(size).iterator();
    }

    @Override
    public void close() {
        blocks.unpersist();
    }

    /** Where a row goes: its lane, then its place in the lane. */
    private record Key(int lane, int order, int fold, long hash) implements Serializable, Comparable<Key> {

        private static final Comparator<Key> ORDER = Comparator.comparingInt(Key::lane)
                .thenComparingInt(Key::order)
                .thenComparingInt(Key::fold)
                .thenComparingLong(Key::hash);

        @Override
        public int compareTo(Key other) {
            return ORDER.compare(this, other);
        }
    }

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Keyed(int lanes, int[] labelOrder) implements PairFunction<TrainingRow, Key, TrainingRow> {

        @Override
        public Tuple2<Key, TrainingRow> call(TrainingRow example) {
            long hash = example.contentHash();
            int lane = (int) Math.floorMod(hash, (long) lanes);
            return new Tuple2<>(new Key(lane, labelOrder[example.label()], example.fold(), hash), example);
        }
    }

    private static final class ByLane extends Partitioner {

        private final int lanes;

        ByLane(int lanes) {
            this.lanes = lanes;
        }

        @Override
        public int numPartitions() {
            return lanes;
        }

        @Override
        public int getPartition(Object key) {
            return ((Key) key).lane();
        }
    }

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record LaneTotals(int lane, long rows, long entries, double[][] weightByFold, double[] squares)
            implements Serializable {

        static LaneTotals of(int lane, Iterator<Block> blocks, int folds, int classes, int dimension) {
            double[][] weights = new double[folds][classes];
            double[] squares = new double[dimension];
            long rows = 0;
            long entries = 0;
            while (blocks.hasNext()) {
                Block block = blocks.next();
                rows += block.size();
                entries += block.entries();
                for (int row = 0; row < block.size(); row++) {
                    weights[block.folds()[row]][block.labels()[row]] += block.weights()[row];
                }
                block.forEach(
                        (row, feature, value) -> squares[feature] += (double) block.weights()[row] * value * value);
            }
            return new LaneTotals(lane, rows, entries, weights, squares);
        }
    }

    /** Sorted rows in, blocks of {@link Block#ROWS} out, rows that are the same made one. */
    private static final class BlockIterator implements Iterator<Block> {

        private final Iterator<TrainingRow> rows;
        /** Read, and not yet in a block. */
        private @Nullable TrainingRow next;

        BlockIterator(Iterator<TrainingRow> rows) {
            this.rows = rows;
            this.next = following();
        }

        private @Nullable TrainingRow following() {
            return rows.hasNext() ? rows.next() : null;
        }

        @Override
        public boolean hasNext() {
            return next != null;
        }

        @Override
        public Block next() {
            List<TrainingRow> examples = new ArrayList<>(Block.ROWS);
            while (next != null && examples.size() < Block.ROWS) {
                TrainingRow example = next;
                double weight = 0;
                while (next != null && next.isLike(example)) {
                    weight += next.weight();
                    next = following();
                }
                examples.add(example.withWeight((float) weight));
            }
            if (examples.isEmpty()) {
                throw new NoSuchElementException();
            }
            return Block.of(examples);
        }
    }
}
