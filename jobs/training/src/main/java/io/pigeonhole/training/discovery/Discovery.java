package io.pigeonhole.training.discovery;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Groups rows by spherical k-means. The stability of a cluster is that of Hennig (Computational Statistics and Data
 * Analysis, 2007): each resample has a row as often as a Poisson number of mean 1 says, and is clustered by itself; of the
 * rows that both have, the largest Jaccard overlap of the cluster with one of the resample's is averaged over the
 * resamples. He calls clusters above 0.75 valid and stable, and those up to 0.5 dissolved. The number of clusters
 * is the one for which the stabilities of the clusters to propose, above 0.5, have the largest sum; of equals the smallest. Too
 * few clusters merge groups, so there are fewer to propose; too many cut groups at places that differ from sample to sample,
 * so the parts are not stable. What a cluster has by chance counts nothing: of two clusters in all, each overlaps with one of
 * any resample by about a half.
 *
 * <p>The same rows give the same bits, in any order and on any number of cores.
 */
public final class Discovery {

    /** Each number of clusters that is tried is about this many times the one before. */
    private static final double STEP = 1.25;

    /** The stability up to which a cluster is worth nothing. */
    private static final double DISSOLVED = 0.5;

    /** Purposes of the seeds: the clusters of all rows, and those of resamples. */
    private static final long WHOLE = 1;

    private static final long RESAMPLE = 1000;

    private final Rows rows;
    private final DiscoverySpec spec;
    private final int[] ones;
    private final int[][] resamples;

    private Discovery(Rows rows, DiscoverySpec spec) {
        this.rows = rows;
        this.spec = spec;
        ones = IntStream.range(0, rows.size()).map(row -> 1).toArray();
        resamples = IntStream.range(0, spec.resamples())
                .mapToObj(b -> IntStream.range(0, rows.size())
                        .map(row -> Draws.poisson(rows.hash(row), Draws.seed(spec.seed(), RESAMPLE + b)))
                        .toArray())
                .toArray(int[][]::new);
    }

    /**
     * Finds the clusters of rows, the largest first; none if there are fewer rows than clusters to try.
     *
     * @param rows with distinct ids; those of zeros belong to no cluster
     */
    public static List<Cluster> clusters(List<UnitRow> rows, DiscoverySpec spec) {
        Discovery discovery = new Discovery(Rows.of(rows), spec);
        return counts(spec, discovery.rows.size()).stream()
                .map(discovery::clusters)
                // the first of equals stays
                .reduce((best, next) -> worth(next) > worth(best) ? next : best)
                .orElse(List.of());
    }

    private static double worth(List<Cluster> clusters) {
        double sum = 0;
        for (Cluster cluster : clusters) {
            sum += cluster.verdict() == Cluster.Verdict.PROPOSED ? Math.max(0, cluster.stability() - DISSOLVED) : 0;
        }
        return sum;
    }

    /** The numbers of clusters to try. */
    static List<Integer> counts(DiscoverySpec spec, int rows) {
        int most = Math.min(spec.mostClusters(), rows);
        List<Integer> counts = new ArrayList<>();
        for (int k = spec.leastClusters(); k <= most; k = Math.max(k + 1, (int) Math.round(k * STEP))) {
            counts.add(k);
        }
        if (!counts.isEmpty() && counts.get(counts.size() - 1) < most) {
            counts.add(most);
        }
        return counts;
    }

    private List<Cluster> clusters(int k) {
        KMeans.Fit whole = KMeans.fit(rows, ones, k, Draws.seed(spec.seed(), WHOLE));
        double[][] overlaps = IntStream.range(0, resamples.length)
                .parallel()
                .mapToObj(b -> overlaps(
                        whole, KMeans.fit(rows, resamples[b], k, Draws.seed(spec.seed(), RESAMPLE + b)), resamples[b]))
                .toArray(double[][]::new);
        List<List<Cluster.Member>> members = new ArrayList<>();
        IntStream.range(0, whole.count()).forEach(c -> members.add(new ArrayList<>()));
        for (int row = 0; row < rows.size(); row++) {
            members.get(whole.clusters()[row]).add(new Cluster.Member(rows.id(row), whole.cosines()[row]));
        }
        return IntStream.range(0, whole.count())
                .filter(c -> !members.get(c).isEmpty())
                .mapToObj(c -> cluster(members.get(c), mean(overlaps, c)))
                .sorted(Comparator.comparing(
                                (Cluster cluster) -> -cluster.members().size())
                        .thenComparing(cluster -> cluster.members().get(0).id()))
                .toList();
    }

    private Cluster cluster(List<Cluster.Member> members, double stability) {
        Cluster.Verdict verdict = members.size() < spec.minimumRows()
                ? Cluster.Verdict.TOO_FEW_ROWS
                : stability < spec.stability() ? Cluster.Verdict.NOT_STABLE : Cluster.Verdict.PROPOSED;
        List<Cluster.Member> nearest = members.stream()
                .sorted(Comparator.comparing((Cluster.Member member) -> -member.similarity())
                        .thenComparing(Cluster.Member::id))
                .toList();
        return new Cluster(nearest, stability, verdict);
    }

    private static double mean(double[][] overlaps, int cluster) {
        double sum = 0;
        for (double[] overlap : overlaps) {
            sum += overlap[cluster];
        }
        return sum / overlaps.length;
    }

    /** Of each cluster, the largest Jaccard overlap with one of another fit, over the rows that the other fit has. */
    static double[] overlaps(KMeans.Fit whole, KMeans.Fit other, int[] weights) {
        long[][] both = new long[whole.count()][other.count()];
        long[] own = new long[whole.count()];
        long[] others = new long[other.count()];
        for (int row = 0; row < weights.length; row++) {
            if (weights[row] > 0) {
                both[whole.clusters()[row]][other.clusters()[row]]++;
                own[whole.clusters()[row]]++;
                others[other.clusters()[row]]++;
            }
        }
        double[] best = new double[whole.count()];
        for (int c = 0; c < best.length; c++) {
            for (int d = 0; d < others.length; d++) {
                if (both[c][d] > 0) {
                    best[c] = Math.max(best[c], (double) both[c][d] / (own[c] + others[d] - both[c][d]));
                }
            }
        }
        return best;
    }
}
