package io.pigeonhole.transforms.resampling;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/**
 * Makes rows between neighbours of one class, as in Chawla et al., "SMOTE: Synthetic Minority Over-sampling Technique",
 * 2002, section 4.2. A copy of a row gets the vector {@code x + u (y - x)}: y is one of the row's nearest rows by
 * Euclidean distance, of which the smaller id comes first among equals, and u is uniform in [0, 1). Which one and how far
 * depends on the row's id, the number of the copy and the seed alone. The nearest rows are found exactly, by comparing
 * all pairs. A class of one row has no neighbours, so its copies stay as they are.
 *
 * @param id position of the column of ids
 * @param copy position of the number of the copy; 0 is the row itself
 * @param features position of the vectors
 * @param neighbours nearest rows that y is drawn from
 */
record Smote(int id, int copy, int features, int neighbours, long seed) implements FlatMapFunction<Iterable<Row>, Row> {

    /** @param group all rows of a class and fold, in any order; each row's copy 0 is among them */
    @Override
    public Iterator<Row> call(Iterable<Row> group) {
        List<Row> rows = new ArrayList<>();
        group.forEach(rows::add);
        rows.sort(Comparator.comparing((Row row) -> row.getString(id)).thenComparing(row -> row.getLong(copy)));
        List<Row> bases = rows.stream().filter(row -> row.getLong(copy) == 0).toList();
        double[][] points = bases.stream()
                .map(row -> ((Vector) row.get(features)).toArray())
                .toArray(double[][]::new);
        List<Row> made = new ArrayList<>();
        int base = -1;
        int[] nearest = {};
        for (Row row : rows) {
            long number = row.getLong(copy);
            if (number == 0) {
                base++;
                nearest = new int[0];
                made.add(row);
                continue;
            }
            if (nearest.length == 0) {
                nearest = nearest(points, base);
            }
            made.add(nearest.length == 0 ? row : moved(row, points, base, nearest));
        }
        return made.iterator();
    }

    private Row moved(Row row, double[][] points, int base, int[] nearest) {
        SplittableRandom random =
                new SplittableRandom(seed * 31 + hash(row.getString(id)) * 1_000_003L + row.getLong(copy));
        double[] other = points[nearest[random.nextInt(nearest.length)]];
        double share = random.nextDouble();
        double[] vector = points[base].clone();
        for (int j = 0; j < vector.length; j++) {
            vector[j] += share * (other[j] - vector[j]);
        }
        Object[] values = new Object[row.size()];
        for (int column = 0; column < values.length; column++) {
            values[column] = column == features ? Vectors.dense(vector) : row.get(column);
        }
        return RowFactory.create(values);
    }

    /** The nearest of the other points, the nearest first. */
    private int[] nearest(double[][] points, int from) {
        double[] distances = new double[points.length];
        for (int i = 0; i < points.length; i++) {
            for (int j = 0; j < points[i].length; j++) {
                double difference = points[i][j] - points[from][j];
                distances[i] += difference * difference;
            }
        }
        return IntStream.range(0, points.length)
                .filter(i -> i != from)
                .boxed()
                .sorted(Comparator.comparingDouble((Integer i) -> distances[i]).thenComparing(i -> i))
                .limit(neighbours)
                .mapToInt(i -> i)
                .toArray();
    }

    /** 64 bits of a text (FNV-1a over its characters). */
    private static long hash(String text) {
        long hash = 0xcbf29ce484222325L;
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * 0x100000001b3L;
        }
        return hash;
    }
}
