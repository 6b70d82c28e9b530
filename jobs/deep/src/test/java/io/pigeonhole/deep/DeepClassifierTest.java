package io.pigeonhole.deep;

import static org.assertj.core.api.Assertions.assertThat;

import io.pigeonhole.deep.learning.Round;
import io.pigeonhole.deep.network.NetworkSpec;
import io.pigeonhole.transforms.StageContractTest;
import java.util.List;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;

public class DeepClassifierTest extends StageContractTest {

    private static final List<Row> ROWS = Samples.sparseRows(4, 240, 8);

    public static DeepClassifier classifier() {
        DeepClassifier classifier = new DeepClassifier("deep");
        classifier.set(classifier.network(), new NetworkSpec.Mlp(List.of(12), 0.1, true));
        classifier.set(classifier.validationCol(), "validation");
        classifier.set(classifier.epochs(), 3);
        classifier.set(classifier.batchSize(), 16);
        classifier.set(classifier.localSteps(), 8);
        classifier.set(classifier.learningRate(), 0.02);
        classifier.set(classifier.outerMomentum(), 0.3);
        return classifier;
    }

    @Override
    protected PipelineStage stage() {
        return classifier();
    }

    @Override
    protected Dataset<Row> rows() {
        return Samples.dataset(spark, ROWS);
    }

    @Test
    void itLearnsAndItsProbabilitiesAddUpToOne() {
        DeepClassifier classifier = classifier();
        classifier.set(classifier.epochs(), 8);
        classifier.set(classifier.localSteps(), 24);
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
        DeepModel model = classifier().fit(rows());
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
        DeepClassifier weighted = classifier();
        weighted.set(weighted.classWeight(), "given");
        weighted.set(weighted.givenClassWeights(), new String[] {"c0=30"});
        assertThat(decisions(weighted)).isGreaterThan(decisions(classifier()));
    }

    private long decisions(DeepClassifier classifier) {
        classifier.set(classifier.epochs(), 2);
        return classifier
                .fit(rows())
                .transform(rows())
                .filter("prediction = 'c0'")
                .count();
    }
}
