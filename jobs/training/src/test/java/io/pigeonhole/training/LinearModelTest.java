package io.pigeonhole.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.pigeonhole.transforms.SparkTest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LinearModelTest extends SparkTest {

    private static final List<Row> ROWS = TrainingData.rows(6, 500, 11);
    private static final Dataset<Row> DATA = TrainingData.dataset(spark, ROWS);

    static LinearClassifier classifier(Scheme scheme) {
        LinearClassifier classifier = switch (scheme) {
            case SOFTMAX -> new SoftmaxClassifier();
            case ONE_VS_REST -> new OneVsRestClassifier();
            case HIERARCHICAL -> new HierarchicalClassifier();
            case LABEL_TREE -> {
                LabelTreeClassifier tree = new LabelTreeClassifier();
                tree.set(tree.branching(), 3);
                yield tree;
            }
        };
        classifier.set(classifier.pathCol(), "path");
        classifier.set(classifier.regParam(), 1e-3);
        return classifier;
    }

    @ParameterizedTest
    @EnumSource
    void probabilitiesSumToOneAndThePredictionIsTheMostProbable(Scheme scheme) {
        LinearModel model = classifier(scheme).fit(DATA);
        int right = 0;
        for (Row row : model.transform(DATA).collectAsList()) {
            Vector probability = row.getAs("probability");
            double sum = 0;
            for (double p : probability.toArray()) {
                sum += p;
            }
            assertThat(sum).isCloseTo(1, within(1e-9));
            assertThat(row.<String>getAs("prediction")).isEqualTo(model.labels().get(probability.argmax()));
            right += row.getAs("prediction").equals(row.getAs("label")) ? 1 : 0;
        }
        assertThat(right).as("far better than guessing").isGreaterThan(250);
    }

    @ParameterizedTest
    @EnumSource
    void theUnknownScoreIsTheMarginOfTheMostProbableClassTimesMinusOne(Scheme scheme) {
        LinearModel model = classifier(scheme).fit(DATA);
        for (Row row : model.transform(DATA.limit(20)).collectAsList()) {
            Vector features = row.getAs("features");
            int best = row.<Vector>getAs("probability").argmax();
            double margin = 0;
            for (int column : model.coefficients().layout().targets(best)) {
                margin += model.coefficient(model.numFeatures(), column);
                for (int j = 0; j < model.numFeatures(); j++) {
                    margin += model.coefficient(j, column) * features.apply(j);
                }
            }
            assertThat(row.<Double>getAs("unknown_score")).isCloseTo(-margin, within(1e-9));
        }
    }

    @ParameterizedTest
    @EnumSource
    void theSameBitsWhateverTheOrderAndPartitioningOfTheRows(Scheme scheme) {
        String expected = classifier(scheme).fit(DATA.coalesce(1)).fingerprint();
        for (int partitions : new int[] {2, 7}) {
            List<Row> shuffled = new ArrayList<>(ROWS);
            Collections.shuffle(shuffled, new Random(partitions));
            Dataset<Row> data = TrainingData.dataset(spark, shuffled).repartition(partitions);
            assertThat(classifier(scheme).fit(data).fingerprint()).isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @EnumSource
    void survivesCopySaveAndLoadWithinAPipeline(Scheme scheme, @TempDir Path folder) throws Exception {
        PipelineModel fitted = new Pipeline()
                .setStages(new PipelineStage[] {classifier(scheme).fit(DATA).prunedBelow(0.05)})
                .fit(DATA);
        fitted.write().overwrite().save(folder.resolve("model").toString());
        PipelineModel loaded = PipelineModel.load(folder.resolve("model").toString());
        List<Row> expected = fitted.transform(DATA).collectAsList();
        assertThat(loaded.transform(DATA).collectAsList()).isEqualTo(expected);
        assertThat(fitted.copy(new org.apache.spark.ml.param.ParamMap())
                        .transform(DATA)
                        .collectAsList())
                .isEqualTo(expected);
        assertThat(((LinearModel) loaded.stages()[0]).fingerprint())
                .isEqualTo(((LinearModel) fitted.stages()[0]).fingerprint());
    }

    @ParameterizedTest
    @EnumSource
    void classWeightsShiftPredictionsTowardsTheHeavierClass(Scheme scheme) {
        LinearClassifier given = classifier(scheme);
        given.set(given.classWeight(), "given");
        given.set(given.givenClassWeights(), new String[] {"c0=20"});
        long plain = count(classifier(scheme).fit(DATA).transform(DATA));
        long weighted = count(given.fit(DATA).transform(DATA));
        assertThat(weighted).isGreaterThan(plain);
    }

    private static long count(Dataset<Row> predictions) {
        return predictions.filter("prediction = 'c0'").count();
    }

    @ParameterizedTest
    @EnumSource
    void refusesVectorsOfAnotherSizeThanItWasTrainedOn(Scheme scheme) {
        LinearModel model = classifier(scheme).fit(DATA);
        Row narrow = org.apache.spark.sql.RowFactory.create(
                "c0", new String[] {"c0"}, org.apache.spark.ml.linalg.Vectors.dense(1, 2), 1.0);
        assertThatThrownBy(() -> model.transform(TrainingData.dataset(spark, List.of(narrow)))
                        .collect())
                .rootCause()
                .hasMessageContaining("trained on 40 features, not on 2");
    }

    @Test
    void refusesLossesThatDoNotFitTheScheme() {
        LinearClassifier hinge = classifier(Scheme.SOFTMAX);
        hinge.set(hinge.loss(), "squared_hinge");
        assertThatThrownBy(() -> hinge.fit(DATA)).hasMessageContaining("one against the rest alone");
        LinearClassifier smoothed = classifier(Scheme.ONE_VS_REST);
        smoothed.set(smoothed.labelSmoothing(), 0.1);
        assertThatThrownBy(() -> smoothed.fit(DATA)).hasMessageContaining("no others to spread over");
    }
}
