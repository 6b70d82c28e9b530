package io.pigeonhole.training.calibration;

import java.io.Serializable;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.StreamSupport;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import scala.Tuple2;

/**
 * The probabilities that a model gave a class in rows of the class that it was not trained on, to rank others among them.
 *
 * @param rows number of these rows
 * @param probabilities of these rows, ascending; of many rows, only every so many of them, the last included
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record ClassRanks(long rows, double[] probabilities) implements Serializable {

    /**
     * The ranks of each label.
     *
     * @param probabilities for each row, its label and the probability of the label
     * @param most probabilities of a label that are kept
     */
    public static Map<String, ClassRanks> byLabel(Dataset<Row> probabilities, int most) {
        Map<String, ClassRanks> ranks = new TreeMap<>();
        probabilities
                .toJavaRDD()
                .mapToPair(row -> new Tuple2<>(row.getString(0), row.getDouble(1)))
                .groupByKey()
                .mapValues(own -> of(
                        StreamSupport.stream(own.spliterator(), false)
                                .mapToDouble(Double::doubleValue)
                                .toArray(),
                        most))
                .collect()
                .forEach(own -> ranks.put(own._1, own._2));
        return ranks;
    }

    /** Keeps at most {@code most} of the probabilities, evenly spread over their ranks. */
    public static ClassRanks of(double[] all, int most) {
        double[] ascending = all.clone();
        Arrays.sort(ascending);
        int kept = Math.min(most, ascending.length);
        double[] some = new double[kept];
        for (int j = 0; j < kept; j++) {
            some[j] = ascending[(int) rank(j + 1, ascending.length, kept) - 1];
        }
        return new ClassRanks(ascending.length, some);
    }

    private static long rank(long place, long rows, int kept) {
        return -Math.floorDiv(-place * rows, kept);
    }

    /**
     * The conformal p-value of the class for a row, {@code (1 + number of rows that are no more probable) / (rows + 1)}:
     * for a later row of the class, it is at most {@code p} with a probability of at most {@code p}, for every p, if the
     * rows are exchangeable (V. Vovk, "Conditional validity of inductive conformal predictors", ACML 2012). Where not all
     * probabilities were kept, it is a little too large, never too small.
     */
    public double pValue(double probability) {
        int below = 0;
        int above = probabilities.length;
        while (below < above) {
            int middle = (below + above) >>> 1;
            if (probabilities[middle] <= probability) {
                below = middle + 1;
            } else {
                above = middle;
            }
        }
        long noMore = below == probabilities.length ? rows : rank(below + 1, rows, probabilities.length) - 1;
        return (1.0 + noMore) / (rows + 1.0);
    }
}
