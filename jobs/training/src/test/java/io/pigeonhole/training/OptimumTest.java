package io.pigeonhole.training;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.when;
import static org.assertj.core.api.Assertions.assertThat;

import io.pigeonhole.transforms.SparkTest;
import java.util.List;
import java.util.function.ToDoubleBiFunction;
import org.apache.spark.ml.classification.LogisticRegression;
import org.apache.spark.ml.classification.LogisticRegressionModel;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The optimum is that of Spark MLlib's LogisticRegression: relative objective gap at most 1e-4, both computed here. */
class OptimumTest extends SparkTest {

    private static final int CLASSES = 5;
    private static final double GAP = 1e-4;
    private static final Dataset<Row> DATA = TrainingData.dataset(spark, TrainingData.rows(CLASSES, 600, 7))
            .coalesce(1)
            .cache();
    private static final List<Row> ROWS = DATA.collectAsList();

    private static LinearModel fit(LinearClassifier classifier, double regParam) {
        classifier.set(classifier.regParam(), regParam);
        classifier.set(classifier.weightCol(), "weight");
        return classifier.fit(DATA);
    }

    private static LogisticRegression mllib(double regParam) {
        return new LogisticRegression()
                .setWeightCol("weight")
                .setRegParam(regParam)
                .setStandardization(false)
                .setTol(1e-9)
                .setMaxIter(300);
    }

    /** Weighted mean loss of margins plus L2 on the coefficients; intercepts free. */
    private static double objective(
            double regParam, int columns, ToDoubleBiFunction<Integer, Integer> coefficient, Loss loss) {
        double sum = 0;
        double weights = 0;
        for (Row row : ROWS) {
            Vector features = row.getAs("features");
            double[] margins = new double[columns];
            for (int c = 0; c < columns; c++) {
                margins[c] = coefficient.applyAsDouble(TrainingData.FEATURES, c);
                for (int j = 0; j < TrainingData.FEATURES; j++) {
                    margins[c] += coefficient.applyAsDouble(j, c) * features.apply(j);
                }
            }
            double weight = row.getAs("weight");
            sum += weight
                    * loss.of(
                            margins, Integer.parseInt(row.<String>getAs("label").substring(1)));
            weights += weight;
        }
        double squares = 0;
        for (int c = 0; c < columns; c++) {
            for (int j = 0; j < TrainingData.FEATURES; j++) {
                squares += Math.pow(coefficient.applyAsDouble(j, c), 2);
            }
        }
        return sum / weights + regParam / 2 * squares;
    }

    private interface Loss {
        double of(double[] margins, int label);
    }

    private static double crossEntropy(double[] margins, int label) {
        double sum = 0;
        for (double margin : margins) {
            sum += Math.exp(margin - margins[label]);
        }
        return Math.log(sum);
    }

    private static double logLoss(double margin, boolean positive) {
        return Math.log1p(Math.exp(positive ? -margin : margin));
    }

    @ParameterizedTest
    @ValueSource(doubles = {1e-1, 1e-2, 1e-4})
    void softmaxReachesTheMultinomialOptimum(double regParam) {
        LinearModel ours = fit(new SoftmaxClassifier(), regParam);
        LogisticRegressionModel theirs = mllib(regParam)
                .setFamily("multinomial")
                .fit(DATA.withColumn("label", col("label").substr(2, 9).cast("double")));
        double reference = objective(
                regParam,
                CLASSES,
                (j, c) -> j == TrainingData.FEATURES
                        ? theirs.interceptVector().apply(c)
                        : theirs.coefficientMatrix().apply(c, j),
                OptimumTest::crossEntropy);
        double reached = objective(regParam, CLASSES, ours::coefficient, OptimumTest::crossEntropy);
        assertThat(reached / reference - 1).isBetween(-GAP, GAP);
        assertThat(ours.summary().orElseThrow().objective() / reached - 1).isBetween(-1e-5, 1e-5);
        assertThat(ours.summary().orElseThrow().open()).isZero();
    }

    @ParameterizedTest
    @ValueSource(doubles = {1e-1, 1e-2, 1e-4})
    void eachOneVsRestColumnReachesTheBinaryOptimum(double regParam) {
        LinearModel ours = fit(new OneVsRestClassifier(), regParam);
        for (int k = 0; k < CLASSES; k++) {
            int positive = k;
            LogisticRegressionModel theirs = mllib(regParam)
                    .fit(DATA.withColumn(
                            "label", when(col("label").equalTo("c" + k), 1.0).otherwise(0.0)));
            double reference = objective(
                    regParam,
                    1,
                    (j, c) -> j == TrainingData.FEATURES
                            ? theirs.intercept()
                            : theirs.coefficients().apply(j),
                    (margins, label) -> logLoss(margins[0], label == positive));
            double reached = objective(
                    regParam,
                    1,
                    (j, c) -> ours.coefficient(j, positive),
                    (margins, label) -> logLoss(margins[0], label == positive));
            assertThat(reached / reference - 1).as("class c" + k).isBetween(-GAP, GAP);
        }
    }

    @Test
    void eachNodeOfTheHierarchyReachesTheMultinomialOptimumOfItsRows() {
        double regParam = 1e-2;
        HierarchicalClassifier classifier = new HierarchicalClassifier();
        classifier.set(classifier.pathCol(), "path");
        LinearModel ours = fit(classifier, regParam);
        Dataset<Row> even = DATA.filter("path[0] = 'even'");
        double share = weight(even) / weight(DATA);
        LogisticRegressionModel theirs = mllib(regParam / share)
                .setFamily("multinomial")
                .fit(even.withColumn(
                        "label", col("label").substr(2, 9).cast("int").divide(2).cast("double")));
        // columns of the layout: root (even, odd), then even (c0, c2, c4), then odd
        for (int c = 0; c < 3; c++) {
            for (int j = 0; j < TrainingData.FEATURES; j++) {
                assertThat((double) ours.coefficient(j, 2 + c))
                        .isCloseTo(theirs.coefficientMatrix().apply(c, j), org.assertj.core.data.Offset.offset(0.02));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {1, 0.3})
    void elasticNetReachesTheOptimumOfSparkMl(double elasticNet) {
        double regParam = 1e-2;
        SoftmaxClassifier classifier = new SoftmaxClassifier();
        classifier.set(classifier.elasticNet(), elasticNet);
        LinearModel ours = fit(classifier, regParam);
        LogisticRegressionModel theirs = mllib(regParam)
                .setElasticNetParam(elasticNet)
                .setFamily("multinomial")
                .fit(DATA.withColumn("label", col("label").substr(2, 9).cast("double")));
        ToDoubleBiFunction<Integer, Integer> reference = (j, c) -> j == TrainingData.FEATURES
                ? theirs.interceptVector().apply(c)
                : theirs.coefficientMatrix().apply(c, j);
        double least = elasticObjective(regParam, elasticNet, CLASSES, reference, OptimumTest::crossEntropy);
        double reached = elasticObjective(regParam, elasticNet, CLASSES, ours::coefficient, OptimumTest::crossEntropy);
        assertThat(reached / least - 1).isBetween(-GAP, GAP);
        assertThat(zeros(ours::coefficient)).isCloseTo(zeros(reference), org.assertj.core.data.Offset.offset(6L));
        assertThat(zeros(ours::coefficient)).isGreaterThan(20);
    }

    @Test
    void elasticNetOfEachOneVsRestColumnReachesTheBinaryOptimumOfSparkMl() {
        double regParam = 5e-3;
        OneVsRestClassifier classifier = new OneVsRestClassifier();
        classifier.set(classifier.elasticNet(), 0.5);
        LinearModel ours = fit(classifier, regParam);
        LogisticRegressionModel theirs = mllib(regParam)
                .setElasticNetParam(0.5)
                .fit(DATA.withColumn(
                        "label", when(col("label").equalTo("c3"), 1.0).otherwise(0.0)));
        Loss loss = (margins, label) -> logLoss(margins[0], label == 3);
        double least = elasticObjective(
                regParam,
                0.5,
                1,
                (j, c) -> j == TrainingData.FEATURES
                        ? theirs.intercept()
                        : theirs.coefficients().apply(j),
                loss);
        double reached = elasticObjective(regParam, 0.5, 1, (j, c) -> ours.coefficient(j, 3), loss);
        assertThat(reached / least - 1).isBetween(-GAP, GAP);
    }

    private static double elasticObjective(
            double regParam,
            double elasticNet,
            int columns,
            ToDoubleBiFunction<Integer, Integer> coefficient,
            Loss loss) {
        double magnitudes = 0;
        for (int c = 0; c < columns; c++) {
            for (int j = 0; j < TrainingData.FEATURES; j++) {
                magnitudes += Math.abs(coefficient.applyAsDouble(j, c));
            }
        }
        return objective(regParam * (1 - elasticNet), columns, coefficient, loss) + regParam * elasticNet * magnitudes;
    }

    private static long zeros(ToDoubleBiFunction<Integer, Integer> coefficient) {
        long zeros = 0;
        for (int c = 0; c < CLASSES; c++) {
            for (int j = 0; j < TrainingData.FEATURES; j++) {
                zeros += coefficient.applyAsDouble(j, c) == 0 ? 1 : 0;
            }
        }
        return zeros;
    }

    private static double weight(Dataset<Row> rows) {
        return rows.selectExpr("sum(weight)").first().getDouble(0);
    }
}
