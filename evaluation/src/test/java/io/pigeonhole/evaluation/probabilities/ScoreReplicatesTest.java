package io.pigeonhole.evaluation.probabilities;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pigeonhole.evaluation.statistics.PoissonWeights;
import io.pigeonhole.evaluation.statistics.Ranking;
import io.pigeonhole.evaluation.statistics.ReliabilityDiagram;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScoreReplicatesTest {

    private static final int REPLICATES = 40;
    private static final int BINS = 5;
    private static final int UNLISTED = 7;

    private record Score(double probability, boolean positive, long unit) {}

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.15})
    void the_figures_of_a_replicate_are_those_of_rows_repeated_as_often_as_they_were_drawn(double floor) {
        List<Score> scores = scores();
        PoissonWeights poisson = new PoissonWeights(3);
        int[] weights = new int[REPLICATES + 1];
        ScoreReplicates replicates = new ScoreReplicates(REPLICATES + 1);
        long[] rows = new long[REPLICATES + 1];
        replicates.clear();
        for (int i = 0; i < scores.size(); i++) {
            Score score = scores.get(i);
            double next = i + 1 < scores.size() ? scores.get(i + 1).probability() : -1;
            poisson.fill(score.unit(), weights);
            replicates.add(score.probability(), score.positive(), weights, score.probability() > floor);
            add(rows, weights);
            if (next != score.probability()) {
                endTie(replicates, score.probability(), next, floor);
            }
        }
        for (int unlisted = 0; unlisted < UNLISTED; unlisted++) {
            poisson.fill(1_000 + unlisted, weights);
            add(rows, weights);
        }
        replicates.finish(rows, true);
        for (int i = 0; i <= REPLICATES; i++) {
            assertRepeated(replicates, scores, i, floor, rows[i]);
        }
    }

    /** Ties everywhere, some of rows of both kinds, and some at 0. */
    private static List<Score> scores() {
        Random random = new Random(9);
        List<Score> scores = new ArrayList<>();
        for (int unit = 0; unit < 40; unit++) {
            scores.add(new Score(random.nextInt(17) / 16.0, random.nextInt(3) == 0, unit));
        }
        scores.sort(Comparator.comparingDouble((Score score) -> -score.probability())
                .thenComparing(score -> !score.positive()));
        return scores;
    }

    private static void endTie(ScoreReplicates replicates, double probability, double next, double floor) {
        replicates.endTie();
        if (probability > floor && next <= floor) {
            replicates.endRanking();
        }
        int bin = ReliabilityDiagram.bin(probability, BINS);
        if (bin > 0 && (next < 0 || ReliabilityDiagram.bin(next, BINS) != bin)) {
            replicates.endBin(true);
        }
    }

    private static void add(long[] rows, int[] weights) {
        for (int i = 0; i < rows.length; i++) {
            rows[i] += weights[i];
        }
    }

    private static void assertRepeated(
            ScoreReplicates replicates, List<Score> scores, int index, double floor, long rows) {
        int[] weights = new int[REPLICATES + 1];
        long positives = 0;
        for (Score score : scores) {
            new PoissonWeights(3).fill(score.unit(), weights);
            positives += score.positive() ? weights[index] : 0;
        }
        Ranking ranking = new Ranking(positives, rows - positives, floor);
        ReliabilityDiagram reliability = new ReliabilityDiagram(BINS);
        for (double probability :
                scores.stream().mapToDouble(Score::probability).distinct().toArray()) {
            long tiedPositives = 0;
            long tiedNegatives = 0;
            for (Score score : scores) {
                new PoissonWeights(3).fill(score.unit(), weights);
                boolean tied = score.probability() == probability;
                tiedPositives += tied && score.positive() ? weights[index] : 0;
                tiedNegatives += tied && !score.positive() ? weights[index] : 0;
            }
            reliability.add(probability, tiedPositives, tiedNegatives);
            if (probability > floor) {
                ranking.add(tiedPositives, tiedNegatives);
            }
        }
        reliability.addRest(rows);
        ReliabilityDiagram.Figures figures = reliability.figures(0);
        Ranking.Figures order = ranking.finish();
        assertThat(replicates.area(index)).hasValueCloseTo(order.area() == null ? -1 : order.area(), within(1e-9));
        assertThat(replicates.averagePrecision(index))
                .hasValueCloseTo(order.averagePrecision() == null ? -1 : order.averagePrecision(), within(1e-9));
        assertThat(replicates.brier(index)).hasValueCloseTo(figures.brier(), within(2e-6));
        assertThat(replicates.calibrationError(index)).hasValueCloseTo(figures.calibrationError(), within(2e-6));
        assertThat(replicates.maximumCalibrationError(index))
                .hasValueCloseTo(figures.maximum().orElseThrow(), within(2e-6));
        assertThat(replicates.reliability(index)).hasValueCloseTo(figures.reliability(), within(2e-6));
        assertThat(replicates.uncertainty(index)).hasValueCloseTo(figures.uncertainty(), within(2e-6));
        assertThat(replicates.resolution(index)).hasValueCloseTo(figures.resolution(), within(2e-6));
    }
}
