package io.pigeonhole.transforms.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pigeonhole.transforms.PipelineException;
import io.pigeonhole.transforms.StageContractTest;
import java.util.List;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

class FeaturesTest extends StageContractTest {

    private static final String SCHEMA =
            "example_id STRING, `a text` STRING, weight DOUBLE, sex STRING, caught BOOLEAN, pixels ARRAY<DOUBLE>";
    private static final List<FeatureSpec> SPECS = List.of(
            new FeatureSpec.Text("a text", 1, 1, 2, 3, true, new FeatureSpec.Hashed(1 << 12), 1, true, true, true),
            new FeatureSpec.Numeric(List.of("weight"), true, true),
            new FeatureSpec.Categorical(List.of("sex", "caught"), FeatureSpec.Encoding.ONE_HOT, 0),
            new FeatureSpec.Categorical(List.of("sex"), FeatureSpec.Encoding.HASHED, 64),
            new FeatureSpec.Vector("pixels", false));

    @Override
    protected Pipeline stage() {
        return Features.pipeline(SPECS, "features");
    }

    @Override
    protected Dataset<Row> rows() {
        return table(
                SCHEMA,
                RowFactory.create("1", "red fox", 2.5, "F", true, new Double[] {0.0, 1.0}),
                RowFactory.create("2", "red deer", null, "M", false, new Double[] {0.0, 2.0}),
                RowFactory.create("3", null, 4.5, null, null, new Double[] {0.0, 3.0}),
                RowFactory.create("4", "a fox", 4.5, "", null, null));
    }

    @Test
    void onlyTheVectorIsAdded() {
        PipelineModel model = stage().fit(rows());
        assertThat(model.transform(rows()).columns())
                .containsExactly("example_id", "a text", "weight", "sex", "caught", "pixels", "features");
    }

    @Test
    void unseenAndMissingCategoriesScoreAsNone() {
        List<FeatureSpec> specs = List.of(
                new FeatureSpec.Categorical(List.of("sex", "caught"), FeatureSpec.Encoding.ONE_HOT, 0),
                new FeatureSpec.Categorical(List.of("sex"), FeatureSpec.Encoding.HASHED, 1 << 20));
        Dataset<Row> train = rows().where("sex <> ''");
        PipelineModel model = Features.pipeline(specs, "features").fit(train);
        Dataset<Row> later = table(
                SCHEMA,
                RowFactory.create("4", null, null, "F", false, null),
                RowFactory.create("5", null, null, "unheard of", null, null));
        List<Row> scored = model.transform(later).collectAsList();
        Vector known = scored.get(0).getAs("features");
        assertThat(known.size()).isEqualTo(6);
        assertThat(known.numNonzeros()).isEqualTo(3);
        assertThat(scored.get(1).<Vector>getAs("features").numNonzeros()).isZero();
    }

    @Test
    void trainingOnNothingIsRefused() {
        assertThatThrownBy(() -> stage().fit(rows().where("example_id = 'none'")))
                .isInstanceOf(PipelineException.class)
                .hasMessageContaining("whether train has rows at all");
    }

    @Test
    void aSchemaThatDoesNotFitIsRefusedBeforeAnyAction() {
        StructType schema = StructType.fromDDL("example_id STRING, `a text` INT, weight STRING, sex STRING");
        assertThatThrownBy(() -> Features.check(schema, SPECS))
                .isInstanceOf(PipelineException.class)
                .hasMessage("The examples do not have the columns that the features are made of: 'a text' is INT but"
                        + " must be STRING; 'weight' is STRING but must be a number or BOOLEAN; 'caught' is missing;"
                        + " 'pixels' is missing. The columns are: example_id, a text, weight, sex. Change the features"
                        + " or the sources' column mapping.");
        Features.check(rows().schema(), SPECS);
    }

    @Test
    void aRangeThatHoldsNoNGramIsRefused() {
        assertThatThrownBy(() -> new FeatureSpec.Text(
                        "title", 3, 2, 0, 0, true, new FeatureSpec.Hashed(64), 1, true, true, true))
                .isInstanceOf(PipelineException.class)
                .hasMessage("The text feature 'title' has word n-grams from 3 to 2, so it cannot be built; use 1 <= min"
                        + " <= max, or 0 and 0 to switch them off.");
    }

    @Test
    void aTextMayBeMissingIfThereAreOtherColumnsOrItSaysSo() {
        FeatureSpec.Text title = text("title", FeatureSpec.EmptyText.AUTO);
        FeatureSpec.Text body = text("body", FeatureSpec.EmptyText.AUTO);
        assertThat(Features.optionalTexts(List.of(title))).isEmpty();
        assertThat(Features.optionalTexts(List.of(title, title))).isEmpty();
        assertThat(Features.optionalTexts(List.of(title, body))).containsExactly("title", "body");
        assertThat(Features.optionalTexts(List.of(title, text("body", FeatureSpec.EmptyText.REJECT), body)))
                .containsExactly("title");
        assertThat(Features.optionalTexts(List.of(text("title", FeatureSpec.EmptyText.KEEP))))
                .containsExactly("title");
    }

    private static FeatureSpec.Text text(String column, FeatureSpec.EmptyText empty) {
        return new FeatureSpec.Text(
                column,
                1,
                1,
                0,
                0,
                true,
                new FeatureSpec.Hashed(64),
                1,
                true,
                true,
                true,
                empty,
                FeatureSpec.Characters.ACROSS_WORDS,
                FeatureSpec.Norm.ALL);
    }
}
