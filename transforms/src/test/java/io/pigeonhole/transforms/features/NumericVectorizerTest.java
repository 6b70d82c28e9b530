package io.pigeonhole.transforms.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pigeonhole.transforms.StageContractTest;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.junit.jupiter.api.Test;

class NumericVectorizerTest extends StageContractTest {

    @Override
    protected NumericVectorizer stage() {
        return vectorizer(true, true);
    }

    @Override
    protected Dataset<Row> rows() {
        // magnitudes so far apart that a sum of doubles would depend on its order
        Random random = new Random(1);
        Row[] rows = new Row[200];
        for (int i = 0; i < rows.length; i++) {
            Double x = i % 10 == 3 ? null : random.nextGaussian() * Math.pow(10, random.nextInt(18));
            rows[i] = RowFactory.create(x, i % 7 == 0 ? null : random.nextInt(), 3.0);
        }
        return table("x DOUBLE, y INT, constant DOUBLE", rows);
    }

    @Test
    void missingValuesBecomeTheMeanAndAreMarkedAndHaveNoPartInTheScale() {
        Dataset<Row> rows = table(
                "x DOUBLE, y INT, constant DOUBLE",
                RowFactory.create(1.5, 1, 3.0),
                RowFactory.create(Double.NaN, 2, 3.0),
                RowFactory.create(2.5, null, 3.0),
                RowFactory.create(7.0, 3, null),
                RowFactory.create(null, 2, 3.0));
        NumericVectorizerModel model = vectorizer(true, true).fit(rows);
        // numpy: nanmean([1.5, nan, 2.5, 7]) and nanstd(..., ddof=1)
        assertThat(model.means()).containsExactly(3.6666666666666665, 2.0, 3.0);
        assertThat(model.factors()).containsExactly(1 / 2.9297326385411577, 1 / 0.816496580927726, 0.0);
        assertThat(vectors(model, rows).get(0))
                .containsExactly(new double[] {-0.739544, -1.224745, 0, 0, 0, 0}, within(1e-6));
        assertThat(vectors(model, rows).get(1)).containsExactly(0, 0, 0, 1, 0, 0);
        assertThat(vectors(model, rows).get(2)[4]).isEqualTo(1);
    }

    @Test
    void withoutImputingAMissingValueIsZero() {
        Dataset<Row> rows = table(
                "x DOUBLE, y INT, constant DOUBLE", RowFactory.create(1.5, null, 3.0), RowFactory.create(null, 2, 3.0));
        assertThat(vectors(vectorizer(false, false).fit(rows), rows).get(0)).containsExactly(1.5, 0, 3);
    }

    @Test
    void exactSumsDoNotDependOnTheOrderAndLoseNothing() {
        List<Double> values = new ArrayList<>(List.of(1e300, 1.0, -1e300, 1e-300, Double.MIN_VALUE, -0.1, 0.1, 3e-17));
        for (int seed = 0; seed < 20; seed++) {
            Collections.shuffle(values, new Random(seed));
            ExactSum left = new ExactSum();
            ExactSum right = new ExactSum();
            values.subList(0, 3).forEach(left::add);
            values.subList(3, values.size()).forEach(right::add);
            left.add(right);
            assertThat(left.value())
                    .isEqualByComparingTo(
                            values.stream().map(BigDecimal::new).reduce(BigDecimal.ZERO, BigDecimal::add));
        }
    }

    private static NumericVectorizer vectorizer(boolean impute, boolean scale) {
        return new NumericVectorizer("numeric")
                .setSpec(new FeatureSpec.Numeric(List.of("x", "y", "constant"), impute, scale))
                .setOutputCol("features");
    }

    private static List<double[]> vectors(NumericVectorizerModel model, Dataset<Row> rows) {
        return model.transform(rows).collectAsList().stream()
                .map(row -> row.<Vector>getAs("features").toArray())
                .toList();
    }
}
