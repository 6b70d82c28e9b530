package io.pigeonhole.evaluation.probabilities;

import static org.assertj.core.api.Assertions.assertThat;

import io.pigeonhole.evaluation.Samples;
import io.pigeonhole.evaluation.settings.EvaluationSpec;
import io.pigeonhole.evaluation.statistics.Estimate;
import io.pigeonhole.evaluation.tables.EvaluationKey;
import io.pigeonhole.evaluation.tables.EvaluationSummary;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ScoreMetricTest {

    /** A third, as a multiple of a power of two, is rounded up: three of them exceed 1. */
    @Test
    void the_average_of_three_perfect_classes_is_one_and_no_more() {
        EvaluationKey key = new EvaluationKey("model", 1, "test", EvaluationKey.ALL, EvaluationKey.LEAF);
        long[] rows = {3, 3};
        Map<String, Long> support = Map.of("a", 1L, "b", 1L, "c", 1L);
        ScoreScope scope = new ScoreScope(key, 3, 3, 3, true, 0, rows, support);
        ScoreSums sums = new ScoreSums(key, rows.length);
        for (String label : support.keySet()) {
            ScoreReplicates replicates = new ScoreReplicates(rows.length);
            replicates.add(1, true, new int[] {1, 1}, true);
            replicates.endTie();
            replicates.endRanking();
            replicates.finish(rows, true);
            Estimate one = Estimate.exact(1);
            Map<ClassProbabilityMetric, Estimate> estimates = Map.of(
                    ClassProbabilityMetric.ROC_AUC, one,
                    ClassProbabilityMetric.AVERAGE_PRECISION, one,
                    ClassProbabilityMetric.BRIER, Estimate.exact(0));
            sums.add(new ClassProbabilityFigures(key, label, estimates, false, 0, 0), scope, replicates);
        }
        EvaluationSpec spec = Samples.spec(List.of());

        assertThat(ScoreMetric.summary(sums, spec))
                .filteredOn(metric -> metric.metric().endsWith("average_precision")
                        || metric.metric().endsWith("roc_auc"))
                .hasSize(4)
                .extracting(EvaluationSummary::estimate)
                .containsOnly(Estimate.exact(1));
    }
}
