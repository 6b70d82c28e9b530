package io.pigeonhole.training.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.pigeonhole.training.cascade.GivenModel;
import io.pigeonhole.training.cascade.Member;
import io.pigeonhole.transforms.PipelineException;
import io.pigeonhole.transforms.StageContractTest;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RulesModelTest extends StageContractTest {

    private static final StructType SCHEMA =
            new StructType().add("text", DataTypes.StringType).add("cheap", SQLDataTypes.VectorType());

    private static final Vector SURE = Vectors.dense(0.1, 0.8, 0.1);
    private static final Vector UNSURE = Vectors.dense(0.2, 0.5, 0.3);

    private static final Dataset<Row> ROWS = spark.createDataFrame(
            List.of(
                    RowFactory.create("none", SURE),
                    RowFactory.create("refund", UNSURE),
                    RowFactory.create("refund", SURE),
                    RowFactory.create("refund urgent", UNSURE),
                    RowFactory.create("refund urgent", SURE),
                    RowFactory.create("legal", SURE),
                    RowFactory.create("legal urgent refund", UNSURE),
                    RowFactory.create(null, UNSURE)),
            SCHEMA);

    private static final Member BASE =
            new Member("cheap@3", new PipelineModel("cheap", new Transformer[] {GivenModel.of("cheap")}));

    /** Given out of order: "urgent" is asked first, then "legal" before "refund" by name. */
    private static final RulesModel MODEL = new RulesModel(
            "rules",
            BASE,
            List.of(
                    new FittedRule(new Rule("refund", 1, 5, false, "c", "text LIKE '%refund%'"), 18, 15, 0.6),
                    new FittedRule(new Rule("urgent", 2, 10, false, "a", "text LIKE '%urgent%'"), 98, 89, 0.55),
                    new FittedRule(new Rule("legal", 1, 5, true, "c", "text LIKE '%legal%'"), 8, 1, 0.02)));

    @Override
    protected RulesModel stage() {
        return MODEL;
    }

    @Override
    protected Dataset<Row> rows() {
        return ROWS;
    }

    /** Shares of the rest by hand: of 0.8 : 0.1, of 0.5 : 0.3, and so on. */
    @Test
    void theFirstRuleDecidesThatIsBindingOrSurerThanTheModel() {
        List<Row> answers = MODEL.transform(ROWS).collectAsList();
        assertThat(answers)
                .extracting(row -> row.getAs("decided_by") + " " + row.getAs("prediction"))
                .containsExactly(
                        "cheap@3 b",
                        "rule refund@1 c",
                        "cheap@3 b",
                        "rule urgent@2 a",
                        "cheap@3 b",
                        "rule legal@1 c",
                        "rule urgent@2 a",
                        "cheap@3 b");
        isClose(answers.get(0).getAs("probability"), 0.1, 0.8, 0.1);
        isClose(answers.get(1).getAs("probability"), 0.2 * 0.2 / 0.7, 0.2 * 0.5 / 0.7, 0.8);
        isClose(answers.get(3).getAs("probability"), 0.9, 0.1 * 0.5 / 0.8, 0.1 * 0.3 / 0.8);
        isClose(answers.get(5).getAs("probability"), 0.49 * 0.1 / 0.9, 0.49 * 0.8 / 0.9, 0.51);
    }

    private static void isClose(Vector vector, double... expected) {
        assertThat(vector.toArray()).containsExactly(expected, within(1e-15));
    }

    /** What is left out of a sparse vector stays an equal share of the rest. */
    @ParameterizedTest
    @CsvSource({"0", "1", "2", "3", "4"})
    void aSparseVectorBecomesWhatTheWholeOneBecomes(int place) {
        Vector sparse = Vectors.sparse(5, new int[] {1, 3}, new double[] {0.2, 0.5});
        Vector whole = Probabilities.of(Vectors.dense(0.1, 0.2, 0.1, 0.5, 0.1)).with(place, 0.7);
        Vector changed = Probabilities.of(sparse).with(place, 0.7);
        double rest = (1 - Arrays.stream(changed.toArray()).sum()) / (5 - changed.numActives());
        for (int i = 0; i < 5; i++) {
            double value = i == 1 || i == 3 || i == place ? changed.apply(i) : rest;
            assertThat(value).isCloseTo(whole.apply(i), within(1e-15));
        }
        assertThat(Probabilities.of(changed)).extracting(Probabilities::best).isEqualTo(place);
    }

    @Test
    void theOthersShareEvenlyWhatAModelWithoutDoubtLeavesNone() {
        assertThat(Probabilities.of(Vectors.dense(0, 1, 0)).with(1, 0.8).toArray())
                .containsExactly(new double[] {0.1, 0.8, 0.1}, within(1e-15));
    }

    @Test
    void aMissingColumnIsNamedWithItsRule() {
        assertThatThrownBy(() -> MODEL.transform(ROWS.withColumnRenamed("text", "body")))
                .isInstanceOf(PipelineException.class)
                .hasMessageContaining("The condition of rule urgent@2 cannot be applied")
                .hasMessageContaining("`text`")
                .hasMessageContaining("[body, cheap]");
    }

    @Test
    void aRuleForAnotherClassIsRefused() {
        Rule rule = new Rule("odd", 1, 0, true, "d", "true");
        assertThatThrownBy(() -> new RulesModel("rules", BASE, List.of(new FittedRule(rule, 0, 0, 0))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("the model cheap@3 has no class d");
    }
}
