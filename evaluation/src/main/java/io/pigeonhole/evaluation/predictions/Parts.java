package io.pigeonhole.evaluation.predictions;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.storage.StorageLevel;
import scala.Tuple2;

/**
 * Elements of a computation: few of them in this process, or many on the executors. What is computed from them is
 * serialisable, and gives the same for both.
 */
public sealed interface Parts<T> {

    /** A function that travels to the executors. */
    interface Step<A, B> extends Function<A, B>, Serializable {}

    /** Merges two elements of one key, and may change the first. */
    interface Merge<T> extends Serializable {
        T merge(T first, T second);
    }

    /** A value that the functions of a computation read. */
    interface Shared<V> extends Serializable {
        V value();
    }

    /** Makes a value available wherever the elements are. */
    <V> Shared<V> share(V value);

    /** Replaces the elements of each part together. */
    <R> Parts<R> mapParts(Step<Iterator<T>, Iterator<R>> step);

    <R> Parts<R> map(Step<T, R> step);

    Parts<T> where(Step<T, Boolean> condition);

    /** Merges the elements of each key into one. */
    <K> Parts<T> mergeByKey(Step<T, K> key, Merge<T> merge);

    List<T> collect();

    /** The elements as rows of a table. */
    Dataset<Row> table(SparkSession spark, Step<T, Row> toRow, StructType schema);

    /** Keeps the elements once they are computed, until {@link #release}. */
    Parts<T> kept();

    void release();

    /** Computes the elements and brings them into this process if they are few; otherwise they stay where they are. */
    Parts<T> broughtHere();

    /** The elements of this type. */
    default <S extends T> Parts<S> only(Class<S> type) {
        return where(type::isInstance).map(type::cast);
    }

    /** Elements in this process. */
    record Here<T>(List<T> elements) implements Parts<T> {

        public Here {
            elements = List.copyOf(elements);
        }

        @Override
        public <V> Shared<V> share(V value) {
            return () -> value;
        }

        @Override
        public <R> Parts<R> mapParts(Step<Iterator<T>, Iterator<R>> step) {
            List<R> results = new ArrayList<>();
            step.apply(elements.iterator()).forEachRemaining(results::add);
            return new Here<>(results);
        }

        @Override
        public <R> Parts<R> map(Step<T, R> step) {
            return new Here<>(elements.stream().map(step).toList());
        }

        @Override
        public Parts<T> where(Step<T, Boolean> condition) {
            return new Here<>(elements.stream().filter(condition::apply).toList());
        }

        @Override
        public <K> Parts<T> mergeByKey(Step<T, K> key, Merge<T> merge) {
            Map<K, T> merged = new LinkedHashMap<>();
            elements.forEach(element -> merged.merge(key.apply(element), element, merge::merge));
            return new Here<>(List.copyOf(merged.values()));
        }

        @Override
        public List<T> collect() {
            return elements;
        }

        @Override
        public Dataset<Row> table(SparkSession spark, Step<T, Row> toRow, StructType schema) {
            return spark.createDataFrame(elements.stream().map(toRow).toList(), schema);
        }

        @Override
        public Parts<T> kept() {
            return this;
        }

        @Override
        public void release() {
            // nothing but the elements themselves is kept
        }

        @Override
        public Parts<T> broughtHere() {
            return this;
        }
    }

    /** Elements on the executors. */
    record There<T>(JavaRDD<T> elements) implements Parts<T> {

        /** Elements that are few, in all parts together. */
        private static final int MOST_FEW = 1 << 15;

        @Override
        public <V> Shared<V> share(V value) {
            Broadcast<V> broadcast =
                    JavaSparkContext.fromSparkContext(elements.context()).broadcast(value);
            return broadcast::value;
        }

        @Override
        public <R> Parts<R> mapParts(Step<Iterator<T>, Iterator<R>> step) {
            return new There<>(elements.mapPartitions(step::apply));
        }

        @Override
        public <R> Parts<R> map(Step<T, R> step) {
            return new There<>(elements.map(step::apply));
        }

        @Override
        public Parts<T> where(Step<T, Boolean> condition) {
            return new There<>(elements.filter(condition::apply));
        }

        @Override
        public <K> Parts<T> mergeByKey(Step<T, K> key, Merge<T> merge) {
            return new There<>(elements.mapToPair(element -> new Tuple2<>(key.apply(element), element))
                    .reduceByKey(merge::merge)
                    .values());
        }

        @Override
        public List<T> collect() {
            return elements.collect();
        }

        @Override
        public Dataset<Row> table(SparkSession spark, Step<T, Row> toRow, StructType schema) {
            return spark.createDataFrame(elements.map(toRow::apply), schema);
        }

        @Override
        public Parts<T> kept() {
            return new There<>(elements.persist(StorageLevel.MEMORY_AND_DISK()));
        }

        @Override
        public Parts<T> broughtHere() {
            int most = MOST_FEW / Math.max(1, elements.getNumPartitions());
            List<Few<T>> parts = elements.mapPartitions(
                            part -> List.of(Few.of(part, most)).iterator())
                    .collect();
            return parts.stream().allMatch(Few::complete)
                    ? new Here<>(parts.stream()
                            .flatMap(part -> part.elements().stream())
                            .toList())
                    : this;
        }

        /** The elements of a part; none of them if there are many. */
        private record Few<T>(List<T> elements, boolean complete) implements Serializable {

            static <T> Few<T> of(Iterator<T> part, int most) {
                List<T> elements = new ArrayList<>();
                while (part.hasNext() && elements.size() < most) {
                    elements.add(part.next());
                }
                return part.hasNext() ? new Few<>(new ArrayList<>(), false) : new Few<>(elements, true);
            }
        }

        @Override
        public void release() {
            elements.unpersist(false);
        }
    }
}
