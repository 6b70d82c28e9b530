package io.pigeonhole.deep.learning;

import io.pigeonhole.deep.network.InputReader;
import io.pigeonhole.deep.network.LabelledInput;
import io.pigeonhole.deep.network.Mixing;
import io.pigeonhole.deep.network.NetworkSpec;
import io.pigeonhole.transforms.PipelineException;
import io.pigeonhole.transforms.Taxonomy;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.HashPartitioner;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;
import scala.Tuple2;

/**
 * The rows that a network learns from and is validated on, dealt evenly to the tasks in an order that depends only on the
 * rows' contents.
 *
 * @param train rows to learn from, a shard in each partition
 * @param validation rows to judge by, in as many shards, some of them perhaps empty
 * @param taxonomy the classes of the rows to learn from
 * @param facts about the rows to learn from
 */
public record TrainingExamples(JavaRDD<Shard> train, JavaRDD<Shard> validation, Taxonomy taxonomy, Facts facts)
        implements AutoCloseable {

    /** Units in a number that is summed exactly. */
    private static final double UNIT = 1 << 20;

    /** Vectors with fewer values that are not zero, on average, are kept sparse. */
    private static final double SPARSE_BELOW = 0.2;

    /**
     * Sums over rows, exact in any order.
     *
     * @param rows how many
     * @param dimension length of the vectors; 0 where they are none
     * @param values that are not zero, in all
     * @param weights in units
     * @param fingerprint of all that the rows hold
     */
    public record Facts(long rows, int dimension, long values, long weights, long fingerprint) implements Serializable {

        static final Facts NONE = new Facts(0, 0, 0, 0, 0);

        Facts plus(Facts other) {
            if (rows > 0 && other.rows > 0 && dimension != other.dimension) {
                throw new IllegalArgumentException(
                        "feature vectors differ in size: " + dimension + " and " + other.dimension);
            }
            return new Facts(
                    rows + other.rows,
                    Math.max(dimension, other.dimension),
                    values + other.values,
                    weights + other.weights,
                    fingerprint + other.fingerprint);
        }

        public boolean isSparse() {
            return values < SPARSE_BELOW * rows * dimension;
        }
    }

    /**
     * Reads rows of {@code label, input, weight, path, validation}.
     *
     * @param factors weight of each class, given the rows of all
     */
    public static TrainingExamples of(Dataset<Row> rows, NetworkSpec spec, int tasks, ClassFactors factors) {
        TreeMap<String, List<String>> paths = new TreeMap<>();
        TreeMap<String, Long> counts = new TreeMap<>();
        for (Row row : rows.filter("not validation")
                .groupBy("label")
                .agg(org.apache.spark.sql.functions.count("*"), org.apache.spark.sql.functions.min("path"))
                .collectAsList()) {
            if (row.isNullAt(0)) {
                throw new IllegalArgumentException(
                        "a training row has no label; leave unlabelled rows out before fitting");
            }
            counts.put(row.getString(0), row.getLong(1));
            paths.put(row.getString(0), row.isNullAt(2) ? List.of(row.getString(0)) : row.getList(2));
        }
        if (counts.size() < 2) {
            throw PipelineException.dataContract(
                    "The training rows have " + counts.size() + " class(es), but a network needs two or more.");
        }
        Facts facts = rows.filter("not validation")
                .select("input", "weight")
                .javaRDD()
                .map(TrainingExamples::facts)
                .treeAggregate(Facts.NONE, Facts::plus, Facts::plus);
        Reading reading = new Reading(
                new InputReader(spec, spec instanceof NetworkSpec.Mlp && facts.isSparse(), facts.dimension()),
                new HashMap<>(indices(counts)),
                new HashMap<>(factors.of(counts)),
                (float) (facts.weights() / UNIT / facts.rows()));
        int dealt = (int) Math.min(tasks, facts.rows());
        JavaRDD<Shard> train = deal(rows.filter("not validation"), reading, dealt);
        JavaRDD<Shard> validation = deal(rows.filter("validation"), reading, dealt);
        Facts all = new Facts(
                facts.rows(),
                facts.dimension(),
                facts.values(),
                facts.weights(),
                fingerprints(train).stream().mapToLong(Long::longValue).sum());
        return new TrainingExamples(train, validation, Taxonomy.ofPaths(paths), all);
    }

    /** Weights of classes, by their numbers of rows. */
    public interface ClassFactors {
        public Map<String, Double> of(Map<String, Long> counts);
    }

    private static Map<String, Integer> indices(TreeMap<String, Long> counts) {
        Map<String, Integer> indices = new TreeMap<>();
        counts.keySet().forEach(label -> indices.put(label, indices.size()));
        return indices;
    }

    private static Facts facts(Row row) {
        long weight = Math.round(row.getDouble(1) * UNIT);
        if (!(row.get(0) instanceof Vector vector)) {
            boolean isArray = row.get(0) instanceof scala.collection.Seq<?>;
            int length = isArray ? row.getList(0).size() : 0;
            return new Facts(1, length, length, weight, 0);
        }
        return new Facts(1, vector.size(), vector.numNonzeros(), weight, 0);
    }

    /** Computes the shards, and so caches them where tasks will run. */
    private static List<Long> fingerprints(JavaRDD<Shard> train) {
        try {
            return BarrierTasks.run(train, TrainingExamples::fingerprint);
        } catch (RuntimeException e) {
            if (BarrierTasks.isLoss(e)) {
                return train.map(TrainingExamples::fingerprint).collect();
            }
            throw e;
        }
    }

    private static long fingerprint(Shard shard) {
        return shard.rows().stream()
                .mapToLong(example -> Mixing.hash(example, 17))
                .sum();
    }

    /**
     * How a row becomes an example.
     *
     * @param meanWeight by which weights are divided, so that they count one on average
     */
    private record Reading(
            InputReader reader, HashMap<String, Integer> indices, HashMap<String, Double> factors, float meanWeight)
            implements Serializable {

        LabelledInput example(Row row) {
            String label = row.getString(0);
            float weight = (float) (row.getDouble(2) / meanWeight * factors.getOrDefault(label, 1.0));
            return new LabelledInput(reader.read(row, 1), indices.getOrDefault(label, 0), weight);
        }

        boolean knows(Row row) {
            return !row.isNullAt(0) && indices.containsKey(row.getString(0));
        }
    }

    /** Where a row stands in the order. */
    private record Place(long first, long second) implements Comparable<Place>, Serializable {
        @Override
        public int compareTo(Place other) {
            int order = Long.compare(first, other.first);
            return order != 0 ? order : Long.compare(second, other.second);
        }
    }

    private static JavaRDD<Shard> deal(Dataset<Row> rows, Reading reading, int tasks) {
        JavaRDD<Shard> shards = rows.javaRDD()
                .filter(reading::knows)
                .map(reading::example)
                .mapToPair(
                        example -> new Tuple2<>(new Place(Mixing.hash(example, 1), Mixing.hash(example, 2)), example))
                .sortByKey(Comparator.naturalOrder(), true, tasks)
                .values()
                .zipWithIndex()
                .mapToPair(numbered -> new Tuple2<>(numbered._2(), numbered._1()))
                .partitionBy(new HashPartitioner(tasks))
                .mapPartitions(it -> {
                    List<Tuple2<Long, LabelledInput>> mine = new ArrayList<>();
                    it.forEachRemaining(mine::add);
                    mine.sort(Comparator.comparingLong(Tuple2::_1));
                    return List.of(new Shard(mine.stream().map(Tuple2::_2).toList()))
                            .iterator();
                });
        return shards.persist(StorageLevel.MEMORY_AND_DISK());
    }

    @Override
    public void close() {
        train.unpersist();
        validation.unpersist();
    }
}
