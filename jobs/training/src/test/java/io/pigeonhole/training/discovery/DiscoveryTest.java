package io.pigeonhole.training.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.apache.spark.ml.linalg.Vectors;
import org.junit.jupiter.api.Test;

class DiscoveryTest {

    private static final DiscoverySpec SPEC = new DiscoverySpec(2, 8, 20, 0.75, 10, 42);

    /** 30, 25 and 20 rows around three of eight axes, and 6 rows around a fourth one. */
    private static List<UnitRow> planted() {
        Random random = new Random(1);
        List<UnitRow> rows = new ArrayList<>();
        int[] sizes = {30, 25, 20, 6};
        for (int axis = 0; axis < sizes.length; axis++) {
            for (int i = 0; i < sizes[axis]; i++) {
                double[] values = new double[8];
                for (int k = 0; k < values.length; k++) {
                    values[k] = 0.2 * random.nextGaussian() + (k == axis ? 1 : 0);
                }
                rows.add(UnitRow.of(axis + "-" + i, Vectors.dense(values)));
            }
        }
        return rows;
    }

    @Test
    void plantedGroupsAreFoundAndASmallOneIsListedButNotProposed() {
        List<Cluster> clusters = Discovery.clusters(planted(), SPEC);
        assertThat(clusters).extracting(cluster -> cluster.members().size()).containsExactly(30, 25, 20, 6);
        assertThat(clusters)
                .extracting(Cluster::verdict)
                .containsExactly(
                        Cluster.Verdict.PROPOSED,
                        Cluster.Verdict.PROPOSED,
                        Cluster.Verdict.PROPOSED,
                        Cluster.Verdict.TOO_FEW_ROWS);
        for (int c = 0; c < clusters.size(); c++) {
            String prefix = c + "-";
            assertThat(clusters.get(c).members()).allMatch(member -> member.id().startsWith(prefix));
        }
        assertThat(clusters.get(0).stability()).isGreaterThan(0.95);
    }

    @Test
    void theOrderOfRowsChangesNoBitAndRowsOfZerosBelongToNoCluster() {
        List<UnitRow> shuffled = planted();
        shuffled.add(UnitRow.of("zeros", Vectors.zeros(8)));
        Collections.shuffle(shuffled, new Random(2));
        assertThat(Discovery.clusters(shuffled, SPEC)).isEqualTo(Discovery.clusters(planted(), SPEC));
    }

    @Test
    void rowsWithoutGroupsAreNotStable() {
        Random random = new Random(3);
        List<UnitRow> rows = IntStream.range(0, 120)
                .mapToObj(i -> UnitRow.of(
                        "r" + i, Vectors.dense(random.doubles(12, -1, 1).toArray())))
                .toList();
        assertThat(Discovery.clusters(rows, SPEC))
                .isNotEmpty()
                .noneMatch(cluster -> cluster.verdict() == Cluster.Verdict.PROPOSED);
    }

    /** The medoid by its definition: the row whose cosines to the others have the largest sum. */
    @Test
    void theFirstMemberIsTheMedoid() {
        List<UnitRow> rows = planted().subList(0, 30);
        Cluster cluster = Discovery.clusters(planted(), SPEC).get(0);
        double best = rows.stream().mapToDouble(row -> sum(row, rows)).max().orElseThrow();
        UnitRow first = rows.stream()
                .filter(row -> row.id().equals(cluster.members().get(0).id()))
                .findFirst()
                .orElseThrow();
        assertThat(sum(first, rows)).isEqualTo(best);
    }

    private static double sum(UnitRow row, List<UnitRow> rows) {
        double sum = 0;
        for (UnitRow other : rows) {
            for (int i = 0; i < other.values().length; i++) {
                sum += row.values()[i] * other.values()[i];
            }
        }
        return sum;
    }

    /** Of all ways to divide ten rows in two, the one with the largest sum of cosines. */
    @Test
    void aFitReachesTheOptimumOfAllDivisions() {
        Random random = new Random(5);
        List<UnitRow> rows = IntStream.range(0, 10)
                .mapToObj(i -> UnitRow.of(
                        "r" + i,
                        Vectors.dense(
                                random.nextDouble() + i % 2, random.nextDouble(), random.nextDouble() + 1 - i % 2)))
                .toList();
        double best = IntStream.range(1, 1 << 9)
                .mapToDouble(chosen -> length(rows, chosen) + length(rows, ~chosen))
                .max()
                .orElseThrow();
        int[] ones = rows.stream().mapToInt(row -> 1).toArray();
        assertThat(KMeans.fit(Rows.of(rows), ones, 2, 1).total()).isCloseTo(best, within(1e-12));
    }

    /** The sum of cosines to the best centre is the length of the sum of the rows. */
    private static double length(List<UnitRow> rows, int chosen) {
        double[] sum = new double[3];
        for (int row = 0; row < rows.size(); row++) {
            for (int k = 0; k < 3 && (chosen >> row & 1) == 1; k++) {
                sum[k] += rows.get(row).values()[k];
            }
        }
        return Math.sqrt(sum[0] * sum[0] + sum[1] * sum[1] + sum[2] * sum[2]);
    }

    @Test
    void theOverlapIsThatOfTheRowsInBoth() {
        KMeans.Fit whole = new KMeans.Fit(2, new int[] {0, 0, 0, 1, 1}, new double[5], 0);
        KMeans.Fit other = new KMeans.Fit(2, new int[] {0, 0, 1, 1, -1}, new double[5], 0);
        // rows 0 to 3 are in both: {0, 1, 2} and {0, 1} share 2 of 3, {3} and {2, 3} share 1 of 2
        assertThat(Discovery.overlaps(whole, other, new int[] {1, 2, 1, 1, 0})).containsExactly(2 / 3.0, 1 / 2.0);
    }

    @Test
    void resamplesHaveTheMomentsOfPoissonNumbers() {
        double[] counts = IntStream.range(0, 20_000)
                .mapToDouble(i -> Draws.poisson(Draws.hash("row " + i), Draws.seed(7, 3)))
                .toArray();
        double mean = IntStream.range(0, counts.length)
                .mapToDouble(i -> counts[i])
                .average()
                .orElseThrow();
        double variance = IntStream.range(0, counts.length)
                .mapToDouble(i -> (counts[i] - mean) * (counts[i] - mean))
                .average()
                .orElseThrow();
        assertThat(mean).isCloseTo(1, within(0.03));
        assertThat(variance).isCloseTo(1, within(0.05));
    }

    @Test
    void typicalTermsAreRankedByTheirLogOddsInStandardErrors() {
        assertThat(TypicalTerms.words("Lost my Card, card!"))
                .isEqualTo(new TreeSet<>(Set.of("lost", "my", "card", "lost my", "my card", "card card")));
        List<Set<String>> card = List.of(Set.of("my", "card"), Set.of("card", "once"), Set.of("card", "my"));
        List<Set<String>> all = new ArrayList<>(card);
        all.addAll(List.of(Set.of("my"), Set.of("sun"), Set.of("sun", "my"), Set.of("rain")));
        // "once" is in one row only, and "my" less typical
        assertThat(new TypicalTerms(all).of(card, 5)).containsExactly("card", "my");
        assertThat(TypicalTerms.name(List.of("a b", "x", "y", "z"), 2)).contains("x y");
        // statsmodels Table2x2([[9.5, 1.5], [1.5, 9.5]]): log_oddsratio / log_oddsratio_se
        assertThat(TypicalTerms.score(9, 10, 1, 10)).isCloseTo(2.9710982, within(1e-6));
    }
}
