package io.pigeonhole.training;

import io.pigeonhole.training.solver.problems.Layout;
import io.pigeonhole.transforms.PipelineException;
import io.pigeonhole.transforms.Taxonomy;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.apache.spark.ml.linalg.SparseVector;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;

/**
 * A trained linear model as data: the classes and their coefficients.
 *
 * @param scheme how margins become probabilities
 * @param taxonomy the classes; their natural order is the class index
 * @param tree the same classes in the tree that the layout is of; the taxonomy itself unless the tree was learnt
 * @param dimension number of features
 * @param layout the columns, as the scheme derives them from the tree
 * @param descent where the columns lead in the tree
 * @param groups the coefficients: one group for each problem, or one for all where problems are single columns
 * @param rows where each feature has coefficients
 * @param isFlatTree whether it is a label tree without levels
 */
record Coefficients(
        Scheme scheme,
        Taxonomy taxonomy,
        Taxonomy tree,
        int dimension,
        Layout layout,
        TreeDescent descent,
        List<ColumnGroup> groups,
        FeatureRows rows,
        boolean isFlatTree)
        implements Serializable {

    /**
     * Bytes of heap for each coefficient of a matrix that comes to the driver: the matrix, the groups cut from it, what is
     * sent of them, and a quarter of the heap for all else.
     */
    static final double HEAP_PER_COEFFICIENT = 3 * Float.BYTES / 0.75;

    Coefficients(Scheme scheme, Taxonomy taxonomy, Taxonomy tree, int dimension, List<ColumnGroup> groups) {
        this(
                scheme,
                taxonomy,
                tree,
                dimension,
                scheme.layout(tree),
                TreeDescent.of(scheme.isTree() ? tree : Taxonomy.flat(taxonomy.labels()), scheme.layout(tree)),
                List.copyOf(groups),
                new FeatureRows(),
                LabelTree.isFlat(scheme, tree));
    }

    /**
     * Cuts a matrix of all columns into groups.
     *
     * @param features the feature of each row, that of the intercepts, which is the number of features, last
     */
    static List<ColumnGroup> groups(Layout layout, int[] features, float[] matrix) {
        int columns = layout.columns();
        if (layout.isBinary()) {
            return List.of(ColumnGroup.of(features, matrix, columns, 0, columns));
        }
        return IntStream.range(0, layout.problems())
                .mapToObj(p -> ColumnGroup.of(features, matrix, columns, layout.start(p), layout.end(p)))
                .toList();
    }

    /** The features 0, 1, ... and the intercepts. */
    static int[] allFeatures(int dimension) {
        return IntStream.rangeClosed(0, dimension).toArray();
    }

    private SparseVector checked(Vector features) {
        if (layout.columns() > 0 && features.size() != dimension) {
            throw new IllegalArgumentException("the model was trained on " + dimension + " features, not on "
                    + features.size() + "; use the feature stages that were saved with it");
        }
        return features.toSparse();
    }

    /**
     * Probability of each class, in the order of the taxonomy's labels.
     *
     * @param beamWidth most nodes of a level of the tree that are followed; 0 for all
     * @return a dense vector that sums to one; with a beam, a sparse vector of the classes that it reached, whose sum is below
     *     one by the share of the classes that it did not reach; of a tree without levels, these are the most probable
     *     classes, {@value FlatProbabilities#CLASSES_PER_NODE} for each node of the beam
     */
    Vector probabilities(Vector features, int beamWidth) {
        SparseVector row = checked(features);
        if (layout.isBinary()) {
            double[] margins = new double[layout.columns()];
            groups.get(0).margins(row.indices(), row.values(), margins, 0);
            return Vectors.dense(scaledToOne(margins));
        }
        if (isFlatTree && groups.get(0) instanceof ColumnGroup.Sparse sparse) {
            return FlatProbabilities.of(sparse, row, beamWidth);
        }
        if (beamWidth == 0) {
            double[] probabilities = new double[layout.classes()];
            descent.down(layout, 0, shares(row), (label, probability) -> probabilities[label] = probability);
            return Vectors.dense(probabilities);
        }
        Reached reached = new Reached();
        descent.down(layout, beamWidth, searched(row), reached);
        return reached.toVector(layout.classes());
    }

    /**
     * How little a row is like those of any class; the higher, the less: the margin of the most probable class times -1
     * (D. Hendrycks et al., "Scaling out-of-distribution detection for real-world settings", ICML 2022); in a tree, the
     * sum of the margins on its path. Of a softmax over n-grams, the energy of all margins does worse.
     *
     * @param beamWidth as for {@link #probabilities}
     */
    double unknownScore(Vector features, int beamWidth) {
        SparseVector row = checked(features);
        if (layout.isBinary() || layout.problems() == 1) {
            return -Arrays.stream(margins(0, layout.columns(), row)).max().orElse(0);
        }
        double sum = 0;
        for (int column : layout.targets(probabilities(features, beamWidth).argmax())) {
            int problem = problemOf(column);
            int start = layout.start(problem);
            sum += margins(problem, layout.end(problem) - start, row)[column - start];
        }
        return -sum;
    }

    private double[] margins(int group, int width, SparseVector row) {
        double[] margins = new double[width];
        groups.get(group).margins(row.indices(), row.values(), margins, 0);
        return margins;
    }

    private int problemOf(int column) {
        int problem = 0;
        while (column >= layout.end(problem)) {
            problem++;
        }
        return problem;
    }

    /** The shares of the children of all nodes, whose margins are found together where there is memory for that. */
    private TreeDescent.Children shares(SparseVector row) {
        if (layout.problems() < 2 || !rows.isReady(groups, dimension)) {
            return searched(row);
        }
        double[] margins = new double[layout.columns()];
        rows.margins(row.indices(), row.values(), groups, layout, margins);
        return (problem, shares) -> {
            System.arraycopy(margins, layout.start(problem), shares, 0, shares.length);
            softmax(shares);
        };
    }

    /** The shares of the children of the nodes that are asked for. */
    private TreeDescent.Children searched(SparseVector row) {
        return (problem, shares) -> {
            groups.get(problem).margins(row.indices(), row.values(), shares, 0);
            softmax(shares);
        };
    }

    /** The classes that a beam reached. */
    private static final class Reached implements TreeDescent.Reached {

        private int[] labels = new int[64];
        private double[] probabilities = new double[64];
        private int size;

        @Override
        public void at(int label, double probability) {
            if (size == labels.length) {
                labels = Arrays.copyOf(labels, 2 * size);
                probabilities = Arrays.copyOf(probabilities, 2 * size);
            }
            labels[size] = label;
            probabilities[size++] = probability;
        }

        Vector toVector(int classes) {
            long[] order = new long[size];
            Arrays.setAll(order, i -> (long) labels[i] << 32 | i);
            Arrays.sort(order);
            int[] indices = new int[size];
            double[] values = new double[size];
            for (int i = 0; i < size; i++) {
                indices[i] = labels[(int) order[i]];
                values[i] = probabilities[(int) order[i]];
            }
            return Vectors.sparse(classes, indices, values);
        }
    }

    private static double[] scaledToOne(double[] margins) {
        double sum = 0;
        for (int c = 0; c < margins.length; c++) {
            margins[c] = 1 / (1 + Math.exp(-margins[c]));
            sum += margins[c];
        }
        for (int c = 0; c < margins.length; c++) {
            margins[c] = sum > 0 ? margins[c] / sum : 1.0 / margins.length;
        }
        return margins;
    }

    private static void softmax(double[] margins) {
        double largest = Arrays.stream(margins).max().orElse(0);
        double sum = 0;
        for (int c = 0; c < margins.length; c++) {
            margins[c] = Math.exp(margins[c] - largest);
            sum += margins[c];
        }
        for (int c = 0; c < margins.length; c++) {
            margins[c] /= sum;
        }
    }

    /** Coefficient of a feature in a column of the layout; feature {@link #dimension} is the intercept. */
    float coefficient(int feature, int column) {
        if (layout.isBinary()) {
            return groups.get(0).of(feature, column);
        }
        int problem = problemOf(column);
        return groups.get(problem).of(feature, column - layout.start(problem));
    }

    /** Without the coefficients whose magnitude is below this. */
    Coefficients prunedBelow(double least) {
        return new Coefficients(
                scheme,
                taxonomy,
                tree,
                dimension,
                layout,
                descent,
                groups.stream().map(group -> group.prunedBelow(least)).toList(),
                new FeatureRows(),
                isFlatTree);
    }

    /**
     * The same coefficients in this process, to be read one by one.
     *
     * @throws PipelineException of the category configuration if they are too many for this process and lie on the executors
     */
    Coefficients here() {
        if (groups.stream().anyMatch(DistantGroup.class::isInstance)) {
            throw PipelineException.configuration(String.format(
                    Locale.ROOT,
                    "The model has %,d coefficients, for which a driver with a heap of %,d MiB has no room; they lie"
                            + " on the executors, from where they can be saved. Save the model, and read it with"
                            + " spark.driver.memory (or -Xmx) and spark.executor.memory of at least %dm to predict or to"
                            + " go on from it.",
                    stored(),
                    Runtime.getRuntime().maxMemory() >> 20,
                    (long) (stored() * HEAP_PER_COEFFICIENT) >> 20));
        }
        return this;
    }

    /** The same without the groups that are on the executors. */
    Coefficients withoutDistant() {
        return new Coefficients(
                scheme,
                taxonomy,
                tree,
                dimension,
                layout,
                descent,
                groups.stream()
                        .map(group -> group instanceof DistantGroup
                                ? new ColumnGroup.Full(new int[0], new float[0], group.width())
                                : group)
                        .toList(),
                new FeatureRows(),
                isFlatTree);
    }

    /** Coefficients held in memory and on disk. */
    long stored() {
        return groups.stream().mapToLong(ColumnGroup::stored).sum();
    }

    /** SHA-256 over scheme, classes, tree and the bits of the coefficients. */
    String fingerprint() {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update((scheme + "\n" + taxonomy.paths() + "\n" + tree.paths() + "\n" + dimension)
                    .getBytes(StandardCharsets.UTF_8));
            groups.forEach(group -> group.update(digest));
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
