package io.pigeonhole.training.nearest;

import java.io.Serializable;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.stream.DoubleStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Finds the temperature and the smoothing with the least log loss on a grid. The losses are summed in whole numbers, so that
 * neither order nor partitioning changes the choice.
 */
final class Tuning {

    /** Temperatures are powers of two from one to the other, the exponents by these steps around the best before. */
    private static final double LOWEST = -12;

    private static final double HIGHEST = 12;
    private static final double[] STEPS = {2, 1, 0.5};
    private static final double[] SMOOTHINGS = {0.001, 0.003, 0.01, 0.02, 0.05, 0.1, 0.2, 0.4};
    /** Losses are whole multiples of it; there is room for 10^8 rows of losses up to 1,000. */
    private static final double ONE = 0x1p26;

    private static final double LARGEST_LOSS = 1000;

    private Tuning() {}

    /** @param rows of a column of comparisons, and the label */
    static NearestModel tuned(
            NearestModel model, Dataset<Row> rows, Optional<Double> temperature, Optional<Double> smoothing) {
        double[] smoothings = smoothing.map(given -> new double[] {given}).orElse(SMOOTHINGS);
        JavaRDD<Row> judging = rows.toJavaRDD();
        if (temperature.isPresent() || isWithoutTemperature(model)) {
            double only = temperature.orElse(model.chosenTemperature());
            return best(model, judging, new double[] {only}, smoothings).model();
        }
        double[] coarse = DoubleStream.iterate(LOWEST, power -> power <= HIGHEST, power -> power + STEPS[0])
                .map(power -> StrictMath.pow(2, power))
                .toArray();
        Best best = best(model, judging, coarse, smoothings);
        for (int step = 1; step < STEPS.length; step++) {
            double factor = StrictMath.pow(2, STEPS[step]);
            double middle = best.model().chosenTemperature();
            Best nearby = best(model, judging, new double[] {middle / factor, middle * factor}, smoothings);
            best = nearby.loss() < best.loss() ? nearby : best;
        }
        return best.model();
    }

    /** Equal votes have none. */
    private static boolean isWithoutTemperature(NearestModel model) {
        return model.comparison() instanceof Comparison.Rows && model.votes().weights() == VoteWeights.UNIFORM;
    }

    /** A model and the sum of its losses. */
    private record Best(NearestModel model, long loss) {}

    private static Best best(NearestModel model, JavaRDD<Row> rows, double[] temperatures, double[] smoothings) {
        Losses losses = new Losses(
                model.votes(),
                model.comparison() instanceof Comparison.Rows,
                model.classes().shares(),
                temperatures,
                smoothings);
        long[] sums = rows.mapPartitions(losses::sums).reduce(Tuning::added);
        int least = 0;
        for (int i = 1; i < sums.length - 1; i++) {
            least = sums[i] < sums[least] ? i : least;
        }
        NearestModel tuned = model.copy(ParamMap.empty());
        if (sums[sums.length - 1] > 0) {
            tuned.set(tuned.temperature(), temperatures[least / smoothings.length]);
            tuned.set(tuned.smoothing(), smoothings[least % smoothings.length]);
        }
        return new Best(tuned, sums[least]);
    }

    private static long[] added(long[] one, long[] other) {
        long[] sums = one.clone();
        for (int i = 0; i < sums.length; i++) {
            sums[i] += other[i];
        }
        return sums;
    }

    /** The sums of the losses by temperature and smoothing, and the number of rows. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Losses(Votes votes, boolean byVotes, double[] shares, double[] temperatures, double[] smoothings)
            implements Serializable {

        Iterator<long[]> sums(Iterator<Row> rows) {
            long[] sums = new long[temperatures.length * smoothings.length + 1];
            while (rows.hasNext()) {
                Row row = rows.next();
                int label = row.isNullAt(1) ? -1 : Collections.binarySearch(votes.labels(), row.getString(1));
                if (label >= 0) {
                    add(row, label, sums);
                }
            }
            return List.of(sums).iterator();
        }

        private void add(Row row, int label, long[] sums) {
            List<Neighbour> found = byVotes ? votes.voting(ComparedRows.neighbours(row.getAs(0))) : List.of();
            double[] scores = byVotes ? new double[0] : row.<Vector>getAs(0).toArray();
            for (int t = 0; t < temperatures.length; t++) {
                double probability = byVotes
                        ? Posterior.softmax(votes.at(temperatures[t]).scores(found), 1)[label]
                        : Posterior.softmax(scores, temperatures[t])[label];
                for (int s = 0; s < smoothings.length; s++) {
                    double smooth = (1 - smoothings[s]) * probability + smoothings[s] * shares[label];
                    double loss = Math.min(LARGEST_LOSS, -StrictMath.log(smooth));
                    sums[t * smoothings.length + s] += Math.round(loss * ONE);
                }
            }
            sums[sums.length - 1]++;
        }
    }
}
