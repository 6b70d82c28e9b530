package io.pigeonhole.training;

import io.pigeonhole.training.solver.rows.Lanes;
import io.pigeonhole.training.solver.rows.TrainingRow;
import io.pigeonhole.transforms.Taxonomy;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.ml.linalg.SparseVector;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;

/**
 * The rows that a trainer learns from, read once and cached until closed.
 *
 * @param chunks the rows, as they were read
 * @param taxonomy the classes that occur, in the tree that the rows spell out
 * @param dimension number of features
 * @param sizes number of rows and non-zeros of each class
 */
record TrainingRows(JavaRDD<Chunk> chunks, Taxonomy taxonomy, int dimension, List<Lanes.Size> sizes)
        implements AutoCloseable {

    private static final int ROWS_PER_CHUNK = 4096;

    /** Reads rows of {@code label, features, weight, path, fold}. */
    static TrainingRows of(Dataset<Row> rows) {
        JavaRDD<Chunk> chunks = rows.select("label", "features", "weight", "path", "fold")
                .javaRDD()
                .mapPartitions(Chunks::new)
                .persist(StorageLevel.MEMORY_AND_DISK());
        List<Summary> summaries = chunks.map(Chunk::summary).collect();
        TreeMap<String, List<String>> paths = new TreeMap<>();
        TreeMap<String, Lanes.Size> sizes = new TreeMap<>();
        int dimension = summaries.isEmpty() ? 0 : summaries.get(0).dimension();
        for (Summary summary : summaries) {
            sameSize(dimension, summary.dimension());
            paths.putAll(summary.paths());
            summary.sizes().forEach((label, size) -> sizes.merge(label, size, Lanes.Size::plus));
        }
        return new TrainingRows(chunks, Taxonomy.ofPaths(paths), dimension, List.copyOf(sizes.values()));
    }

    private static void sameSize(int expected, int actual) {
        if (expected != actual) {
            throw new IllegalArgumentException("feature vectors differ in size: " + actual + " and " + expected);
        }
    }

    /** The rows; labels are numbered in the taxonomy's order, and features that are zero left out. */
    JavaRDD<TrainingRow> examples() {
        TreeMap<String, Integer> index = new TreeMap<>();
        for (String label : taxonomy.labels()) {
            index.put(label, index.size());
        }
        Broadcast<TreeMap<String, Integer>> shared =
                JavaSparkContext.fromSparkContext(chunks.context()).broadcast(index);
        return chunks.flatMap(chunk -> chunk.examples(shared.value()));
    }

    /** Number of rows and non-zeros of the marked classes. */
    Lanes.Size size(boolean[] classes) {
        return IntStream.range(0, classes.length)
                .filter(label -> classes[label])
                .mapToObj(sizes::get)
                .reduce(Lanes.Size.NONE, Lanes.Size::plus);
    }

    @Override
    public void close() {
        chunks.unpersist();
    }

    /**
     * Some rows; the label of each is its place among the labels here.
     *
     * @param paths from below the root to the label, by label
     */
    private record Chunk(List<String> labels, List<List<String>> paths, int dimension, List<TrainingRow> rows)
            implements Serializable {

        Summary summary() {
            HashMap<String, List<String>> byLabel = new HashMap<>();
            HashMap<String, Lanes.Size> sizes = new HashMap<>();
            for (int i = 0; i < labels.size(); i++) {
                byLabel.put(labels.get(i), paths.get(i));
            }
            for (TrainingRow row : rows) {
                sizes.merge(
                        labels.get(row.label()),
                        new Lanes.Size(1, row.indices().length, row.fold() + 1),
                        Lanes.Size::plus);
            }
            return new Summary(byLabel, sizes, dimension);
        }

        Iterator<TrainingRow> examples(TreeMap<String, Integer> index) {
            int[] numbers = labels.stream()
                    .mapToInt(label -> Objects.requireNonNull(index.get(label)))
                    .toArray();
            return rows.stream()
                    .map(row -> new TrainingRow(
                            row.indices(), row.values(), numbers[row.label()], row.weight(), row.fold()))
                    .iterator();
        }
    }

    /** What the driver needs to know of a chunk. */
    private record Summary(HashMap<String, List<String>> paths, HashMap<String, Lanes.Size> sizes, int dimension)
            implements Serializable {}

    /** Rows of label, features, weight, path and fold in, chunks out. */
    private static final class Chunks implements Iterator<Chunk> {

        private final Iterator<Row> source;

        Chunks(Iterator<Row> source) {
            this.source = source;
        }

        @Override
        public boolean hasNext() {
            return source.hasNext();
        }

        @Override
        public Chunk next() {
            HashMap<String, Integer> numbers = new HashMap<>();
            List<String> labels = new ArrayList<>();
            List<List<String>> paths = new ArrayList<>();
            List<TrainingRow> rows = new ArrayList<>();
            int dimension = -1;
            while (rows.size() < ROWS_PER_CHUNK && (rows.isEmpty() || source.hasNext())) {
                Row row = source.next();
                if (row.isNullAt(0)) {
                    throw new IllegalArgumentException(
                            "a training row has no label; leave unlabelled rows out before fitting");
                }
                String label = row.getString(0);
                int number = numbers.computeIfAbsent(label, unknown -> {
                    labels.add(unknown);
                    paths.add(row.isNullAt(3) ? List.of(unknown) : List.copyOf(row.getList(3)));
                    return labels.size() - 1;
                });
                Vector features = row.getAs(1);
                dimension = rows.isEmpty() ? features.size() : dimension;
                sameSize(dimension, features.size());
                rows.add(example(features.toSparse(), number, (float) row.getDouble(2), row.getInt(4)));
            }
            return new Chunk(List.copyOf(labels), List.copyOf(paths), dimension, rows);
        }

        private static TrainingRow example(SparseVector features, int label, float weight, int fold) {
            float[] values = new float[features.values().length];
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) features.values()[i];
            }
            return new TrainingRow(features.indices(), values, label, weight, fold);
        }
    }

    /** Rank of each class when classes are sorted by their path in a tree: rows of neighbouring nodes share blocks. */
    static int[] inPathOrder(Taxonomy tree) {
        List<String> labels = tree.labels();
        List<Integer> byPath = new ArrayList<>();
        for (int i = 0; i < labels.size(); i++) {
            byPath.add(i);
        }
        byPath.sort((a, b) -> String.join("\u0000", tree.path(labels.get(a)).orElseThrow())
                .compareTo(String.join("\u0000", tree.path(labels.get(b)).orElseThrow())));
        int[] rank = new int[labels.size()];
        for (int i = 0; i < rank.length; i++) {
            rank[byPath.get(i)] = i;
        }
        return rank;
    }
}
