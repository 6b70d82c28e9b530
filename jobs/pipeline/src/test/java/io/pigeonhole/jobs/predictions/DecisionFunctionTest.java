package io.pigeonhole.jobs.predictions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pigeonhole.evaluation.predictions.Predictions;
import io.pigeonhole.jobs.configuration.ScoreConfig;
import io.pigeonhole.transforms.Taxonomy;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DecisionFunctionTest {

    /** Class "pet" is also an inner node, and "fern" lies directly below the root. */
    private static final Taxonomy TAXONOMY = Taxonomy.ofPaths(Map.of(
            "pet", List.of("animal", "pet"),
            "cat", List.of("animal", "pet", "cat"),
            "dog", List.of("animal", "pet", "dog"),
            "wolf", List.of("animal", "wolf"),
            "fern", List.of("fern")));

    /** cat, dog, fern, pet, wolf. */
    private static final Vector P = Vectors.dense(0.3, 0.1, 0.2, 0.25, 0.15);

    private static Row decide(Taxonomy taxonomy, ScoreConfig.DecideAt at, double threshold, Vector p, String label) {
        ScoreConfig score = new ScoreConfig(
                List.of("test"),
                3,
                1e-3,
                10,
                Optional.empty(),
                Optional.empty(),
                "new",
                ScoreConfig.Criterion.PROBABILITY,
                at,
                threshold,
                false,
                Optional.empty());
        return new DecisionFunction(taxonomy, score).call(p, label, null);
    }

    private static Object of(Row row, String column) {
        return row.get(DecisionFunction.SCHEMA.fieldIndex(column));
    }

    @ParameterizedTest
    // animal 0.8, pet 0.65 of which 0.3 cat, 0.25 pet itself and 0.1 dog
    @CsvSource({"0.9, animal, 0.8", "0.7, animal, 0.8", "0.5, pet, 0.65", "0.3, cat, 0.3", "0.01, cat, 0.3"})
    void theDeepestNodeThatIsProbableEnoughIsDecidedFor(double threshold, String node, double probability) {
        Row row = decide(TAXONOMY, ScoreConfig.DecideAt.NODE, threshold, P, "dog");
        assertThat(of(row, Predictions.PREDICTED)).isEqualTo(node);
        assertThat((Double) of(row, Predictions.CONFIDENCE)).isCloseTo(probability, within(1e-12));
        assertThat(of(row, Predictions.LABEL_RANK)).isEqualTo(5);
        Row[] levels = (Row[]) of(row, Predictions.LEVELS);
        assertThat(levels).hasSize(2);
        assertThat(levels[0].getString(2)).isEqualTo("animal");
        assertThat(levels[1].getString(2)).isEqualTo(node.equals("animal") ? "animal" : "pet");
    }

    @Test
    void aClassIsDecidedForHoweverImprobableUnlessAskedOtherwise() {
        Row row = decide(TAXONOMY, ScoreConfig.DecideAt.LEAF, 0.9, P, "cat");
        assertThat(of(row, Predictions.PREDICTED)).isEqualTo("cat");
        assertThat(((Row[]) of(row, Predictions.LEVELS))[1].getString(2)).isEqualTo("pet");
    }

    @Test
    void classesThatABeamDidNotReachShareEvenlyWhatIsLeft() {
        Taxonomy flat = Taxonomy.flat(List.of("a", "b", "c", "d", "e"));
        Vector beam = Vectors.sparse(5, new int[] {1, 3}, new double[] {0.5, 0.35});
        Row row = decide(flat, ScoreConfig.DecideAt.LEAF, 0.5, beam, "c");
        assertThat(of(row, Predictions.PREDICTED)).isEqualTo("b");
        assertThat((Double) of(row, Predictions.LABEL_PROBABILITY)).isCloseTo(0.05, within(1e-12));
        // behind b and d, and behind a, which comes first
        assertThat(of(row, Predictions.LABEL_RANK)).isEqualTo(4);
        assertThat((Row[]) of(row, Predictions.TOP_K)).hasSize(2);
        assertThat((Double) of(row, Predictions.UNLISTED_PROBABILITY)).isCloseTo(0.05, within(1e-12));
    }
}
