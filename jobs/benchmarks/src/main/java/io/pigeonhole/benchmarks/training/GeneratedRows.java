package io.pigeonhole.benchmarks.training;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import scala.runtime.BoxedUnit;

/**
 * Rows each of which is a function of its number. Every other feature of a row is one of {@code nonZeros} that are typical of
 * its class, or, in a share of the cases, of another class of its group; the others are any. Groups are as many as a root of
 * the number of classes.
 *
 * @param classes number of them, each as large as the others
 * @param features number of them
 * @param nonZeros of each row, at most: a feature that is drawn twice counts once
 * @param mixed how often a typical feature is another class's of the group, from 0 to 1
 */
record GeneratedRows(int classes, int features, int nonZeros, double mixed) implements Serializable {

    private static final StructType SCHEMA = new StructType()
            .add("label", DataTypes.StringType)
            .add("path", DataTypes.createArrayType(DataTypes.StringType))
            .add("features", SQLDataTypes.VectorType());

    /** Rows {@code [from, to)}, in so many partitions, with the columns label, path (group and label) and features. */
    Dataset<Row> of(SparkSession spark, long from, long to, int partitions) {
        return spark.range(from, to, 1, partitions).map(new Generator(this), Encoders.row(SCHEMA));
    }

    private record Generator(GeneratedRows rows) implements MapFunction<Long, Row> {

        @Override
        public Row call(Long number) {
            return rows.row(number);
        }
    }

    /** Writes rows {@code [from, to)} as Omikuji reads them: a line with the sizes, then the class and the features of each row. */
    void write(long from, long to, Path file) {
        try (BufferedWriter writer = Files.newBufferedWriter(file)) {
            writer.write((to - from) + " " + features + " " + classes + "\n");
            for (long number = from; number < to; number++) {
                Row row = row(number);
                Vector vector = row.getAs(2);
                StringBuilder line = new StringBuilder(row.getString(0).substring("class-".length()));
                vector.foreachNonZero((feature, value) -> {
                    line.append(' ').append(feature).append(':').append((float) (double) value);
                    return BoxedUnit.UNIT;
                });
                writer.append(line).append('\n');
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file, e);
        }
    }

    private Row row(long number) {
        SplittableRandom random = new SplittableRandom(number);
        int label = (int) (number % classes);
        int group = label / perGroup();
        TreeMap<Integer, Double> values = new TreeMap<>();
        for (int i = 0; i < nonZeros; i++) {
            int feature = i % 2 == 0 ? typical(like(label, random), random) : random.nextInt(features);
            values.put(feature, 0.2 + random.nextDouble() / 5);
        }
        return RowFactory.create(
                "class-" + label,
                new String[] {"group-" + group, "class-" + label},
                Vectors.sparse(
                        features,
                        values.keySet().stream().mapToInt(Integer::intValue).toArray(),
                        values.values().stream()
                                .mapToDouble(Double::doubleValue)
                                .toArray()));
    }

    private int perGroup() {
        return (int) Math.ceil(Math.sqrt(classes));
    }

    /** The class itself, or now and then one beside it. */
    private int like(int label, SplittableRandom random) {
        if (mixed == 0 || random.nextDouble() >= mixed) {
            return label;
        }
        int first = label / perGroup() * perGroup();
        return random.nextInt(first, Math.min(classes, first + perGroup()));
    }

    private int typical(int label, SplittableRandom random) {
        return new SplittableRandom(31L * label + random.nextInt(nonZeros)).nextInt(features);
    }
}
