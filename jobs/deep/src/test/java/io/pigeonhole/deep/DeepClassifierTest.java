package io.pigeonhole.deep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pigeonhole.deep.learning.ClassWeights;
import io.pigeonhole.deep.learning.Compression;
import io.pigeonhole.deep.learning.Round;
import io.pigeonhole.deep.network.NetworkSpec;
import io.pigeonhole.transforms.StageContractTest;
import java.util.List;
import java.util.Map;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;

public class DeepClassifierTest extends StageContractTest {

    private static final List<Row> ROWS = Samples.sparseRows(4, 240, 8);

    @Override
    protected PipelineStage stage() {
        return new TestSettings().classifier();
    }

    @Override
    protected Dataset<Row> rows() {
        return Samples.dataset(spark, ROWS);
    }

    @Test
    void itLearnsAndItsProbabilitiesAddUpToOne() {
        DeepClassifier classifier = new TestSettings().epochs(8).localSteps(24).classifier();
        DeepModel model = classifier.fit(rows());
        int right = 0;
        for (Row row : model.transform(rows()).collectAsList()) {
            Vector probability = row.getAs("probability");
            double sum = 0;
            for (double p : probability.toArray()) {
                sum += p;
            }
            assertThat(sum).isBetween(1 - 1e-9, 1 + 1e-9);
            assertThat(row.<String>getAs("prediction")).isEqualTo(model.labels().get(probability.argmax()));
            right += row.getAs("prediction").equals(row.getAs("label")) ? 1 : 0;
        }
        assertThat(right).as("of 240, where one in four is a guess").isGreaterThan(200);
    }

    @Test
    void theRoundThatDidBestOnValidationIsTheModel() {
        DeepModel model = new TestSettings().classifier().fit(rows());
        DeepTrainingSummary summary = model.summary().orElseThrow();
        Round best = summary.rounds().get(summary.bestRound() - 1);
        assertThat(summary.rows()).isEqualTo(192);
        assertThat(best.best()).isTrue();
        assertThat(best.validationRows()).isEqualTo(48);
        long right = model.transform(rows())
                .filter("validation and label = prediction")
                .count();
        assertThat(best.validationAccuracy()).isEqualTo(right / 48.0);
        assertThat(summary.rounds()).allMatch(round -> round.validationAccuracy() <= best.validationAccuracy());
    }

    @Test
    void classWeightsShiftDecisionsTowardsTheHeavierClass() {
        ClassWeights weights = new ClassWeights("given", Map.of("c0", 30.0));
        assertThat(decisions(new TestSettings().classWeights(weights))).isGreaterThan(decisions(new TestSettings()));
    }

    @Test
    void balancedClassWeightsMakeAllClassesCountTheSame() {
        ClassWeights weights = new ClassWeights("balanced", Map.of());
        assertThat(weights.factors(Map.of("a", 30L, "b", 10L)))
                .containsOnly(Map.entry("a", 40.0 / 60), Map.entry("b", 2.0));
        assertThatThrownBy(() -> new ClassWeights("even", Map.of()))
                .hasMessage("class weights must be none, balanced or given, not even");
    }

    @Test
    void theSettingsAreOneParameterOfReadableJson() {
        DeepSettings settings = new TestSettings()
                .network(new NetworkSpec.TextCnn(true, 256, 16, 8, List.of(2, 3), 6, 0.2))
                .classWeights(new ClassWeights("given", Map.of("c0", 30.0)))
                .compression(Compression.INT8)
                .settings();
        DeepSettingsParam parameter = new DeepClassifier("deep").settings();
        String json = parameter.jsonEncode(settings);
        assertThat(json)
                .contains("\"kind\":\"text_cnn\"", "\"learningRate\":0.02", "\"c0\":30.0", "\"compression\":\"INT8\"");
        assertThat(parameter.jsonDecode(json)).isEqualTo(settings);
        assertThatThrownBy(() -> parameter.jsonDecode("{}")).hasMessageContaining("settings: {}");
    }

    private long decisions(TestSettings settings) {
        return settings.epochs(2)
                .classifier()
                .fit(rows())
                .transform(rows())
                .filter("prediction = 'c0'")
                .count();
    }
}
