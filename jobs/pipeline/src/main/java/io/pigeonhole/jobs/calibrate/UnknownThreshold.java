package io.pigeonhole.jobs.calibrate;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.udf;

import io.pigeonhole.jobs.configuration.UnknownGoal;
import java.util.Arrays;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.types.DataTypes;

/**
 * The threshold that is best for rows of classes and rows of no class, of all that there are. A row is unknown where its
 * score is above the threshold. Thresholds that decide the same for the rows of no class differ in rows of classes only,
 * of which the highest loses the fewest: so the candidates are the largest scores below each distinct score of a row of
 * no class, and infinity. Of equally good ones, the highest wins.
 *
 * @param value the threshold
 * @param counts what it does to the rows that chose it
 */
record UnknownThreshold(double value, UnknownGoal.Counts counts) {

    /**
     * The best threshold for some scores, each in one column of doubles.
     *
     * @param known scores of rows of classes
     * @param unknown scores of rows of no class
     */
    static UnknownThreshold of(Dataset<Row> known, Dataset<Row> unknown, UnknownGoal.OfBoth goal) {
        double[] scores = unknown.collectAsList().stream()
                .mapToDouble(row -> row.getDouble(0))
                .sorted()
                .toArray();
        double[] distinct = Arrays.stream(scores).distinct().toArray();
        long[] rows = new long[distinct.length + 1];
        double[] largest = new double[distinct.length + 1];
        Arrays.fill(largest, Double.NEGATIVE_INFINITY);
        UDF1<Double, Integer> place = score -> notAbove(distinct, score);
        String score = known.columns()[0];
        known.groupBy(udf(place, DataTypes.IntegerType).apply(col(score)))
                .agg(count(lit(1)), max(col(score)))
                .collectAsList()
                .forEach(group -> {
                    rows[group.getInt(0)] = group.getLong(1);
                    largest[group.getInt(0)] = group.getDouble(2);
                });
        return best(scores, distinct, rows, largest, goal);
    }

    /** Number of the ascending scores that are at most this one. */
    private static int notAbove(double[] ascending, double score) {
        int found = Arrays.binarySearch(ascending, score);
        return found >= 0 ? found + 1 : -found - 1;
    }

    /**
     * @param unknown scores of rows of no class, ascending
     * @param distinct of them
     * @param rows of classes by the number of distinct scores that are at most theirs
     * @param largest score of these rows
     */
    private static UnknownThreshold best(
            double[] unknown, double[] distinct, long[] rows, double[] largest, UnknownGoal.OfBoth goal) {
        long known = Arrays.stream(rows).sum();
        UnknownThreshold best =
                new UnknownThreshold(Double.POSITIVE_INFINITY, new UnknownGoal.Counts(known, 0, unknown.length, 0));
        long lost = 0;
        int found = 0;
        for (int i = distinct.length - 1; i >= 0; i--) {
            lost += rows[i + 1];
            while (found < unknown.length && unknown[unknown.length - 1 - found] >= distinct[i]) {
                found++;
            }
            UnknownGoal.Counts counts = new UnknownGoal.Counts(known, lost, unknown.length, found);
            if (goal.value(counts) > goal.value(best.counts)) {
                double below = Math.max(largest[i], i == 0 ? Double.NEGATIVE_INFINITY : distinct[i - 1]);
                best = new UnknownThreshold(Double.isInfinite(below) ? Math.nextDown(distinct[i]) : below, counts);
            }
        }
        return best;
    }
}
