package io.pigeonhole.evaluation.means;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;
import scala.Tuple2;

/**
 * Split conformal prediction: the set of a row has all classes whose probability reaches the threshold of the class.
 * The threshold is the {@code ceil((n + 1) (1 - alpha))}-th largest probability of the class among its n calibration
 * rows, and 0 where there are fewer. If these rows and a later one of the class are exchangeable (all orders of them
 * are equally likely), and none of them was used in training, the set contains the class with a probability of at least
 * {@code 1 - alpha}, and of less than {@code 1 - alpha + 1 / (n + 1)} where no two probabilities are equal. V. Vovk,
 * "Conditional validity of inductive conformal predictors", ACML 2012 (class by class); M. Sadinle, J. Lei and L.
 * Wasserman, "Least ambiguous set-valued classifiers with bounded error levels", JASA 114, 2019.
 */
public final class Conformal {

    private Conformal() {}

    /**
     * The threshold of one class.
     *
     * @param rows calibration rows of the class
     * @param leastProbability smallest probability with which the class is in a set
     * @param pooled whether the class has too few rows, so that it shares a threshold with all such classes: then
     *     coverage is guaranteed over their rows together, and not for this class by itself
     */
    public record Threshold(String label, long rows, double leastProbability, boolean pooled) implements Serializable {}

    /**
     * Computes the thresholds.
     *
     * @param probabilities for each calibration row, its label (text) and the probability of the label
     * @param labels the classes of the model
     * @return one threshold for each label, in the order of the labels
     */
    public static List<Threshold> thresholds(Dataset<Row> probabilities, List<String> labels, ConformalSpec spec) {
        JavaPairRDD<String, Double> ofLabel = probabilities
                .toJavaRDD()
                .mapToPair(row -> new Tuple2<>(row.getString(0), row.getDouble(1)))
                .persist(StorageLevel.MEMORY_AND_DISK());
        try {
            double alpha = spec.alpha();
            Map<String, Threshold> own = new TreeMap<>();
            ofLabel.groupByKey()
                    .map(rows -> threshold(rows._1, rows._2, alpha))
                    .collect()
                    .forEach(threshold -> own.put(threshold.label(), threshold));
            Set<String> few = labels.stream()
                    .filter(label -> rows(own, label) < spec.minimumRows())
                    .collect(Collectors.toCollection(HashSet::new));
            double shared =
                    leastOfAll(ofLabel.filter(row -> few.contains(row._1)).values(), alpha);
            return labels.stream()
                    .map(label -> few.contains(label)
                            ? new Threshold(label, rows(own, label), shared, true)
                            : Objects.requireNonNull(own.get(label)))
                    .toList();
        } finally {
            ofLabel.unpersist();
        }
    }

    /**
     * The threshold of all rows together; 0 where there are too few.
     *
     * @param scores a column of doubles: probabilities, or any other score that is higher where a row conforms more
     */
    public static double common(Dataset<Row> scores, double alpha) {
        return leastOfAll(scores.toJavaRDD().map(row -> row.getDouble(0)), alpha);
    }

    private static long rows(Map<String, Threshold> own, String label) {
        Threshold known = own.get(label);
        return known == null ? 0 : known.rows();
    }

    private static Threshold threshold(String label, Iterable<Double> probabilities, double alpha) {
        List<Double> values = new ArrayList<>();
        probabilities.forEach(values::add);
        double[] array = values.stream().mapToDouble(Double::doubleValue).toArray();
        return new Threshold(label, array.length, leastProbability(array, alpha), false);
    }

    private static double leastOfAll(JavaRDD<Double> probabilities, double alpha) {
        long rank = rank(probabilities.count(), alpha);
        return probabilities
                .sortBy(probability -> -probability, true, probabilities.getNumPartitions())
                .zipWithIndex()
                .filter(indexed -> indexed._2 == rank - 1)
                .keys()
                .collect()
                .stream()
                .findFirst()
                .orElse(0.0);
    }

    /** The smallest probability with which a class is in a set, from the probabilities of the class in its rows. */
    static double leastProbability(double[] probabilities, double alpha) {
        long rank = rank(probabilities.length, alpha);
        if (rank > probabilities.length) {
            return 0;
        }
        double[] ascending = probabilities.clone();
        Arrays.sort(ascending);
        return ascending[(int) (ascending.length - rank)];
    }

    /** Number of calibration rows whose sets must contain their class; may be one more than there are. */
    private static long rank(long rows, double alpha) {
        // 1 - alpha is not exact in binary
        return (long) Math.ceil((rows + 1) * (1 - alpha) - 1e-9);
    }
}
