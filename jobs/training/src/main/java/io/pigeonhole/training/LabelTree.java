package io.pigeonhole.training;

import io.pigeonhole.training.SparseSum.Direction;
import io.pigeonhole.training.solver.rows.TrainingRow;
import io.pigeonhole.transforms.Taxonomy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaRDD;
import scala.Tuple2;

/**
 * A balanced tree over classes that look alike: the mean direction of each class's feature vectors, clustered by recursive
 * balanced 2-means (Prabhu et al., "Parabel: Partitioned Label Trees for Extreme Classification", 2018, section 4.1). The
 * tree is as flat as the number of children allows, which costs accuracy the least, and its nodes are of even width.
 */
final class LabelTree {

    /** Elements kept of each mean: the rest hardly turn it, and 10,000 classes stay within a few hundred megabytes. */
    private static final int MOST_FEATURES = 4096;

    private static final int MOST_ITERATIONS = 30;
    /** Gain of mean similarity below which 2-means ends, as in the paper. */
    private static final double ENOUGH = 1e-4;

    private final Halves halves;
    private final int branching;
    private final long seed;

    private LabelTree(Halves halves, int branching, long seed) {
        this.halves = halves;
        this.branching = branching;
        this.seed = seed;
    }

    /** Cuts classes in two, with so many on the left; both parts in natural order. */
    private interface Halves {

        int[][] of(int[] classes, int onLeft, long nodeSeed);
    }

    /**
     * Learns a tree.
     *
     * @param labels the classes, in natural order
     * @param branching most children of a node, at least 2
     */
    static Taxonomy of(JavaRDD<TrainingRow> examples, List<String> labels, int dimension, int branching, long seed) {
        Direction[] means = new Direction[labels.size()];
        Arrays.fill(means, new Direction(new int[0], new float[0]));
        examples.mapToPair(example -> new Tuple2<>(example.label(), example))
                .aggregateByKey(
                        new SparseSum(), (sum, example) -> sum.add(example.indices(), example.values()), SparseSum::add)
                .mapValues(sum -> sum.direction(MOST_FEATURES))
                .collect()
                .forEach(mean -> means[mean._1()] = mean._2());
        return new LabelTree(new Alike(means, dimension), branching, seed).over(labels);
    }

    /**
     * A tree of the shape that is learnt: its nodes have as many children on each level. Which class stands where is known
     * from training rows alone; here they stand in their order.
     *
     * @param branching most children of a node, at least 2
     */
    static Taxonomy shape(List<String> labels, int branching) {
        Halves inOrder = (classes, onLeft, nodeSeed) ->
                new int[][] {Arrays.copyOf(classes, onLeft), Arrays.copyOfRange(classes, onLeft, classes.length)};
        return new LabelTree(inOrder, branching, 0).over(labels);
    }

    private Taxonomy over(List<String> labels) {
        int[] all = IntStream.range(0, labels.size()).toArray();
        List<List<Integer>> places = places(all, List.of());
        String prefix = prefix(labels);
        TreeMap<String, List<String>> paths = new TreeMap<>();
        for (int label = 0; label < places.size(); label++) {
            List<String> path = new ArrayList<>();
            StringBuilder node = new StringBuilder(prefix);
            for (int child : places.get(label)) {
                path.add(node.append('.').append(child).toString());
            }
            path.add(labels.get(label));
            paths.put(labels.get(label), path);
        }
        return Taxonomy.ofPaths(paths);
    }

    /** Bytes that the mean directions of the classes take in this process at most, while a tree is learnt. */
    static long mostBytesOfMeans(long classes, int dimension) {
        return classes * Math.min(dimension, MOST_FEATURES) * (Integer.BYTES + Float.BYTES);
    }

    /** A tree without levels: its root has one child, and that has all classes; no learnt tree has such a root. */
    static Taxonomy flat(List<String> labels) {
        String all = prefix(labels);
        TreeMap<String, List<String>> paths = new TreeMap<>();
        labels.forEach(label -> paths.put(label, List.of(all, label)));
        return Taxonomy.ofPaths(paths);
    }

    /** Whether a scheme's tree is one without levels. */
    static boolean isFlat(Scheme scheme, Taxonomy tree) {
        return scheme == Scheme.LABEL_TREE
                && tree.labels().size() > 1
                && tree.children().getOrDefault("", List.of()).size() == 1;
    }

    /** A prefix that no class name has. */
    private static String prefix(List<String> labels) {
        String prefix = "node";
        while (startsAny(labels, prefix)) {
            prefix += "_";
        }
        return prefix;
    }

    private static boolean startsAny(List<String> labels, String prefix) {
        return labels.stream().anyMatch(label -> label.startsWith(prefix));
    }

    /** For each of some classes, the numbers of the children on its path from the root, below those of {@code above}. */
    private List<List<Integer>> places(int[] classes, List<Integer> above) {
        int children = children(classes.length);
        List<List<Integer>> places = new ArrayList<>();
        if (children == 0) {
            for (int i = 0; i < classes.length; i++) {
                places.add(above);
            }
            return places;
        }
        int[][] clusters = clusters(classes, children, seed + above.hashCode()).toArray(int[][]::new);
        TreeMap<Integer, List<Integer>> byClass = new TreeMap<>();
        for (int child = 0; child < clusters.length; child++) {
            List<Integer> path = Stream.concat(above.stream(), Stream.of(child)).toList();
            List<List<Integer>> below = places(clusters[child], path);
            for (int i = 0; i < clusters[child].length; i++) {
                byClass.put(clusters[child][i], below.get(i));
            }
        }
        for (int label : classes) {
            places.add(byClass.get(label));
        }
        return places;
    }

    /** Number of clusters of a node's classes: 0 where the classes are its children, else even widths on all levels. */
    private int children(int classes) {
        int levels = 1;
        for (long reach = branching; reach < classes; reach *= branching) {
            levels++;
        }
        return levels == 1 ? 0 : (int) Math.ceil(Math.pow(classes, 1.0 / levels) - 1e-9);
    }

    /** Cuts classes into clusters whose sizes differ by one at most, by halving their number again and again. */
    private Stream<int[]> clusters(int[] classes, int count, long nodeSeed) {
        if (count == 1) {
            return Stream.of(classes);
        }
        int left = count / 2;
        int[][] parts = halves.of(classes, (int) ((long) classes.length * left / count), nodeSeed);
        return IntStream.range(0, 2)
                .parallel()
                .mapToObj(half -> clusters(parts[half], half == 0 ? left : count - left, nodeSeed * 31 + half + 1)
                        .toList())
                .toList()
                .stream()
                .flatMap(List::stream);
    }

    /** Spherical 2-means over the mean directions of the classes. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Alike(Direction[] means, int dimension) implements Halves {

        @Override
        public int[][] of(int[] classes, int onLeft, long nodeSeed) {
            SplittableRandom random = new SplittableRandom(nodeSeed);
            int first = random.nextInt(classes.length);
            int second = (first + 1 + random.nextInt(classes.length - 1)) % classes.length;
            double[] towardsLeft = difference(new int[] {classes[first]}, new int[] {classes[second]});
            double best = Double.NEGATIVE_INFINITY;
            int[][] halves = {};
            for (int iteration = 0; iteration < MOST_ITERATIONS; iteration++) {
                double[] scores = new double[classes.length];
                double[] towards = towardsLeft;
                Arrays.setAll(scores, i -> dot(means[classes[i]], towards));
                int[] order = IntStream.range(0, classes.length)
                        .boxed()
                        .sorted(Comparator.comparingDouble((Integer i) -> -scores[i])
                                .thenComparing(i -> i))
                        .mapToInt(i -> i)
                        .toArray();
                double objective = 0;
                for (int i = 0; i < order.length; i++) {
                    objective += (i < onLeft ? scores[order[i]] : -scores[order[i]]) / order.length;
                }
                if (objective - best < ENOUGH) {
                    break;
                }
                best = objective;
                halves = new int[][] {part(classes, order, 0, onLeft), part(classes, order, onLeft, order.length)};
                towardsLeft = difference(halves[0], halves[1]);
            }
            return halves;
        }

        private static int[] part(int[] classes, int[] order, int from, int to) {
            return Arrays.stream(order, from, to).map(i -> classes[i]).sorted().toArray();
        }

        /** The mean direction of some classes less that of others. */
        private double[] difference(int[] left, int[] right) {
            double[] difference = direction(left);
            double[] other = direction(right);
            for (int j = 0; j < dimension; j++) {
                difference[j] -= other[j];
            }
            return difference;
        }

        private double[] direction(int[] classes) {
            double[] sum = new double[dimension];
            for (int label : classes) {
                Direction mean = means[label];
                for (int i = 0; i < mean.features().length; i++) {
                    sum[mean.features()[i]] += mean.values()[i];
                }
            }
            double squares = 0;
            for (double value : sum) {
                squares += value * value;
            }
            double scale = squares > 0 ? 1 / Math.sqrt(squares) : 0;
            for (int j = 0; j < dimension; j++) {
                sum[j] *= scale;
            }
            return sum;
        }

        private static double dot(Direction mean, double[] towards) {
            double sum = 0;
            for (int i = 0; i < mean.features().length; i++) {
                sum += mean.values()[i] * towards[mean.features()[i]];
            }
            return sum;
        }
    }
}
