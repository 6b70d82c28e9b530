package io.pigeonhole.training;

import io.pigeonhole.training.solver.Example;
import io.pigeonhole.transforms.Taxonomy;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.ml.linalg.SparseVector;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * What a trainer learns from.
 *
 * @param examples the rows
 * @param taxonomy the classes that occur, in the tree that the rows spell out
 * @param dimension number of features
 */
record TrainingRows(JavaRDD<Example> examples, Taxonomy taxonomy, int dimension) {

    /** Reads rows of {@code label, features, weight, path, fold}. */
    static TrainingRows of(Dataset<Row> rows) {
        Taxonomy taxonomy = taxonomy(rows);
        int dimension = rows.select("features").first().<Vector>getAs(0).size();
        TreeMap<String, Integer> index = new TreeMap<>();
        for (String label : taxonomy.labels()) {
            index.put(label, index.size());
        }
        JavaSparkContext context =
                JavaSparkContext.fromSparkContext(rows.sparkSession().sparkContext());
        JavaRDD<Example> examples = rows.select("label", "features", "weight", "fold")
                .javaRDD()
                .map(new ToExample(context.broadcast(index), dimension));
        return new TrainingRows(examples, taxonomy, dimension);
    }

    private static Taxonomy taxonomy(Dataset<Row> rows) {
        TreeMap<String, List<String>> paths = new TreeMap<>();
        for (Row row : rows.select("label", "path").distinct().collectAsList()) {
            if (row.isNullAt(0)) {
                throw new IllegalArgumentException(
                        "a training row has no label; leave unlabelled rows out before fitting");
            }
            paths.put(row.getString(0), row.isNullAt(1) ? List.of(row.getString(0)) : row.getList(1));
        }
        return Taxonomy.ofPaths(paths);
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

    /** A row of label, features, weight and fold as the solver wants it; features that are zero are left out. */
    private record ToExample(Broadcast<TreeMap<String, Integer>> index, int dimension)
            implements Function<Row, Example> {

        @Override
        public Example call(Row row) {
            Vector features = row.getAs(1);
            if (features.size() != dimension) {
                throw new IllegalArgumentException(
                        "feature vectors differ in size: " + features.size() + " and " + dimension);
            }
            SparseVector sparse = features.toSparse();
            float[] values = new float[sparse.values().length];
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) sparse.values()[i];
            }
            return new Example(
                    sparse.indices(),
                    values,
                    Objects.requireNonNull(index.value().get(row.getString(0))),
                    (float) row.getDouble(2),
                    row.getInt(3));
        }
    }
}
