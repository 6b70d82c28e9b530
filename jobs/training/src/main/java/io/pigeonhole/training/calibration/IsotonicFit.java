package io.pigeonhole.training.calibration;

import io.pigeonhole.transforms.DecisionNodes;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.api.java.function.Function;
import scala.Tuple2;

/**
 * The monotone function of the share of each child that fits least squares, for all children, nodes and parts in one pass:
 * log-odds rounded to 1/64 are counted, and pools of adjacent violators made of the counts (M. Ayer et al., "An empirical
 * distribution function for sampling with incomplete information", 1955). Between pools it is linear.
 *
 * <p>Values stay within 1 / (n + 2) and 1 - 1 / (n + 2) for the n rows of the node, Laplace's rule of succession, so
 * that nothing is ruled out for good. A child that is right in fewer than {@value #FEWEST} rows stays as it is.
 */
final class IsotonicFit {

    static final int FEWEST = 10;
    private static final double STEPS_OF_LOG_ODDS = 64;

    private IsotonicFit() {}

    /**
     * Fits.
     *
     * @param held parts that are held out one by one
     * @return by part held out and node; the last is fitted on all rows
     */
    static CalibrationMap[][] fit(JavaRDD<Case> cases, DecisionNodes nodes, int held) {
        Map<Integer, Curve[]> curves = cases.mapPartitions(new Counts(nodes))
                .mapToPair(count -> new Tuple2<>(count.key(), count.rows()))
                .reduceByKey(Case::add)
                .mapToPair(sum -> new Tuple2<>(sum._1.child(), new Count(sum._1, sum._2)))
                .groupByKey()
                .mapValues(new ByPart(held))
                .collectAsMap();
        CalibrationMap[][] maps = new CalibrationMap[held + 1][nodes.size()];
        for (int part = 0; part <= held; part++) {
            for (int node = 0; node < nodes.size(); node++) {
                maps[part][node] = map(curves, part, nodes.start(node), nodes.end(node));
            }
        }
        return maps;
    }

    private static CalibrationMap map(Map<Integer, Curve[]> curves, int part, int from, int to) {
        double[][] shares = new double[to - from][];
        double[][] values = new double[to - from][];
        for (int child = from; child < to; child++) {
            Curve[] known = curves.get(child);
            Curve curve = known == null ? Curve.UNCHANGED : known[part];
            shares[child - from] = curve.shares();
            values[child - from] = curve.values();
        }
        return new CalibrationMap.Isotonic(shares, values);
    }

    /** Rows of one part whose share of a child has about the same log-odds. */
    private record Key(int child, int bin, int part) implements Serializable {}

    /** @param rows how many there are, and in how many of them the child is right */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Count(Key key, long[] rows) implements Serializable {}

    private record Counts(DecisionNodes nodes) implements FlatMapFunction<Iterator<Case>, Count> {

        @Override
        public Iterator<Count> call(Iterator<Case> cases) {
            Map<Key, long[]> counts = new HashMap<>();
            while (cases.hasNext()) {
                Case each = cases.next();
                for (int i = 0; i < each.logs().length; i++) {
                    Key key = new Key(nodes.start(each.node()) + i, bin(each.logs()[i]), each.part());
                    long[] rows = counts.computeIfAbsent(key, unseen -> new long[2]);
                    rows[0]++;
                    rows[1] += i == each.target() ? 1 : 0;
                }
            }
            return counts.entrySet().stream()
                    .map(count -> new Count(count.getKey(), count.getValue()))
                    .iterator();
        }
    }

    /** Number of the bin of a share, from its logarithm. */
    private static int bin(double log) {
        double rest = Math.max(-Math.expm1(log), CalibrationMap.LEAST_SHARE);
        return (int) Math.round((log - Math.log(rest)) * STEPS_OF_LOG_ODDS);
    }

    /** The share at the middle of a bin. */
    private static double share(int bin) {
        return 1 / (1 + Math.exp(-bin / STEPS_OF_LOG_ODDS));
    }

    /** Knots of one child's function. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Curve(double[] shares, double[] values) implements Serializable {

        static final Curve UNCHANGED = new Curve(new double[] {0, 1}, new double[] {0, 1});

        /** The function of these counts by bin. */
        static Curve of(TreeMap<Integer, long[]> counts) {
            long rows = 0;
            long right = 0;
            for (long[] count : counts.values()) {
                rows += count[0];
                right += count[1];
            }
            if (right < FEWEST) {
                return UNCHANGED;
            }
            double least = 1.0 / (rows + 2);
            List<Double> shares = new ArrayList<>();
            List<Double> values = new ArrayList<>();
            for (Pool pool : Pool.of(counts)) {
                double value = Math.max(least, Math.min(1 - least, (double) pool.right / pool.rows));
                shares.add(share(pool.first));
                values.add(value);
                if (pool.last > pool.first) {
                    shares.add(share(pool.last));
                    values.add(value);
                }
            }
            return new Curve(array(shares), array(values));
        }

        private static double[] array(List<Double> values) {
            return values.stream().mapToDouble(Double::doubleValue).toArray();
        }
    }

    /** Adjacent bins that have one value. */
    private static final class Pool {

        private final int first;
        private int last;
        private long rows;
        private long right;

        private Pool(int bin, long rows, long right) {
            this.first = bin;
            this.last = bin;
            this.rows = rows;
            this.right = right;
        }

        static List<Pool> of(TreeMap<Integer, long[]> counts) {
            List<Pool> pools = new ArrayList<>();
            counts.forEach((bin, count) -> {
                if (count[0] > 0) {
                    pools.add(new Pool(bin, count[0], count[1]));
                    while (pools.size() > 1 && pools.get(pools.size() - 2).isNotBelow(pools.get(pools.size() - 1))) {
                        Pool violator = pools.remove(pools.size() - 1);
                        pools.get(pools.size() - 1).take(violator);
                    }
                }
            });
            return pools;
        }

        private boolean isNotBelow(Pool next) {
            return (double) right / rows >= (double) next.right / next.rows;
        }

        private void take(Pool next) {
            last = next.last;
            rows += next.rows;
            right += next.right;
        }
    }

    /** The functions of one child, by part held out; the last without holding out any. */
    private record ByPart(int held) implements Function<Iterable<Count>, Curve[]> {

        @Override
        public Curve[] call(Iterable<Count> counts) {
            TreeMap<Integer, long[]> all = new TreeMap<>();
            List<TreeMap<Integer, long[]>> parts = new ArrayList<>();
            for (int part = 0; part < held; part++) {
                parts.add(new TreeMap<>());
            }
            for (Count count : counts) {
                all.merge(count.key().bin(), count.rows(), Case::add);
                parts.get(count.key().part()).put(count.key().bin(), count.rows());
            }
            Curve[] curves = new Curve[held + 1];
            for (int part = 0; part < held; part++) {
                curves[part] = Curve.of(without(all, parts.get(part)));
            }
            curves[held] = Curve.of(all);
            return curves;
        }

        private static TreeMap<Integer, long[]> without(TreeMap<Integer, long[]> all, Map<Integer, long[]> part) {
            TreeMap<Integer, long[]> rest = new TreeMap<>();
            all.forEach((bin, rows) -> {
                long[] left = rows.clone();
                long[] taken = part.getOrDefault(bin, new long[2]);
                Arrays.setAll(left, i -> rows[i] - taken[i]);
                rest.put(bin, left);
            });
            return rest;
        }
    }
}
