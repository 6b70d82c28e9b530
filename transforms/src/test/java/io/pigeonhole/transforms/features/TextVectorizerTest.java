package io.pigeonhole.transforms.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pigeonhole.transforms.StageContractTest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.ml.linalg.SparseVector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * The expected figures are scikit-learn 1.x's: {@code TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True,
 * token_pattern=r"(?u)\b\w+\b")}, {@code TfidfVectorizer(norm=None, min_df=2, ...)} and {@code
 * TfidfVectorizer(analyzer="char", ngram_range=(2, 3), sublinear_tf=True)} on the same texts, for characters with a
 * space put before and after each.
 */
class TextVectorizerTest extends StageContractTest {

    private static final String[] SENTENCES = {
        "the cat sat on the mat", "The dog  sat", "a dog, a cat & a bird", "Ångström über café"
    };
    private static final FeatureSpec.Vocabulary TERMS = new FeatureSpec.Terms(1000);

    @Override
    protected TextVectorizer stage() {
        return vectorizer(words(1, 2, new FeatureSpec.Hashed(64), 1, true));
    }

    @Override
    protected Dataset<Row> rows() {
        return texts("the cat sat on the mat", "", null, "The dog sat", "Ångström über café", "the cat");
    }

    @Test
    void wordsAreWeightedAsScikitLearnWeightsThem() {
        List<Map<String, Double>> actual = fitted(words(1, 2, TERMS, 1, true), SENTENCES);
        assertThat(actual.get(0)).hasSize(10);
        assertThat(actual.get(0).get("w:cat")).isCloseTo(0.24900486867644592, within(1e-14));
        assertThat(actual.get(0).get("w:cat sat")).isCloseTo(0.31583110223322625, within(1e-14));
        assertThat(actual.get(0).get("w:the")).isCloseTo(0.4216018913452238, within(1e-14));
        assertThat(actual.get(1).get("w:dog sat")).isCloseTo(0.5086718718935653, within(1e-14));
        assertThat(actual.get(2)).hasSize(9);
        assertThat(actual.get(2).get("w:a")).isCloseTo(0.6149198080846884, within(1e-14));
        assertThat(actual.get(2).get("w:cat a")).isCloseTo(0.29301258331759267, within(1e-14));
        assertThat(actual.get(3).get("w:ångström über")).isCloseTo(0.4472135954999579, within(1e-14));
    }

    @Test
    void rareWordsAreLeftOutAndCountsStayPlain() {
        FeatureSpec.Text spec = new FeatureSpec.Text("text", 1, 1, 0, 0, true, TERMS, 2, true, false, false);
        List<Map<String, Double>> actual = fitted(spec, SENTENCES);
        assertThat(actual.get(0)).containsOnlyKeys("w:cat", "w:sat", "w:the");
        assertThat(actual.get(0).get("w:cat")).isCloseTo(1.5108256237659907, within(1e-14));
        assertThat(actual.get(0).get("w:the")).isCloseTo(3.0216512475319814, within(1e-14));
        assertThat(actual.get(3)).isEmpty();
    }

    @Test
    void charactersAreWeightedAsScikitLearnWeightsThem() {
        FeatureSpec.Text spec = new FeatureSpec.Text("text", 0, 0, 2, 3, true, TERMS, 1, true, true, true);
        List<Map<String, Double>> actual = fitted(spec, "banana", "bandana \t band");
        assertThat(actual.get(0)).hasSize(10);
        assertThat(actual.get(0).get("c:an")).isCloseTo(0.4158727072488586, within(1e-14));
        assertThat(actual.get(0).get("c:na ")).isCloseTo(0.24562112025684865, within(1e-14));
        assertThat(actual.get(1)).hasSize(17);
        assertThat(actual.get(1).get("c:a b")).isCloseTo(0.2142101196772586, within(1e-14));
        assertThat(actual.get(1).get("c:nd")).isCloseTo(0.36268926017895886, within(1e-14));
    }

    private static FeatureSpec.Text blocks(FeatureSpec.Vocabulary vocabulary, FeatureSpec.Norm norm) {
        return new FeatureSpec.Text(
                "text",
                1,
                2,
                3,
                4,
                true,
                vocabulary,
                1,
                true,
                true,
                true,
                FeatureSpec.EmptyText.AUTO,
                FeatureSpec.Characters.WITHIN_WORDS,
                norm);
    }

    /** {@code analyzer="char_wb", ngram_range=(3, 4)} beside the words of the other tests, as in a FeatureUnion. */
    @Test
    void charactersWithinWordsAndEachBlockByItselfAreWeightedAsScikitLearnWeightsThem() {
        List<Map<String, Double>> actual =
                fitted(blocks(TERMS, FeatureSpec.Norm.PER_BLOCK), "banana an", "bandana \t band, x");
        assertThat(actual.get(0)).hasSize(13 + 3);
        assertThat(actual.get(0).get("c:ana")).isCloseTo(0.36351653284880125, within(1e-14));
        assertThat(actual.get(0).get("c: an ")).isCloseTo(0.30175156005662845, within(1e-14));
        assertThat(actual.get(0).get("w:banana an")).isCloseTo(0.5773502691896257, within(1e-14));
        assertThat(actual.get(1)).hasSize(18 + 5).doesNotContainKey("c:a b");
        assertThat(actual.get(1).get("c:band")).isCloseTo(0.36425628143929056, within(1e-14));
        assertThat(actual.get(1).get("c:nd, ")).isCloseTo(0.21513562767699046, within(1e-14));
        assertThat(actual.get(1).get("c: x ")).isCloseTo(0.21513562767699046, within(1e-14));
        assertThat(actual.get(1).get("w:bandana")).isCloseTo(0.447213595499958, within(1e-14));
    }

    @Test
    void aWordThatIsTooShortForTheShortestNGramCountsOnce() {
        FeatureSpec.Text spec = new FeatureSpec.Text(
                "text",
                0,
                0,
                5,
                6,
                true,
                TERMS,
                1,
                false,
                false,
                false,
                FeatureSpec.EmptyText.AUTO,
                FeatureSpec.Characters.WITHIN_WORDS,
                FeatureSpec.Norm.ALL);
        assertThat(fitted(spec, "ab abc x").get(0)).isEqualTo(Map.of("c: ab ", 1.0, "c: abc ", 1.0, "c: x ", 1.0));
    }

    @Test
    void blocksThatShareABucketAreAdded() {
        List<Map<String, Double>> one =
                fitted(blocks(new FeatureSpec.Hashed(1), FeatureSpec.Norm.PER_BLOCK), "banana an", "bandana");
        assertThat(one.get(0)).isEqualTo(Map.of("0", 2.0));
    }

    @Test
    void aSpecificationThatWasSavedBeforeThereWasAChoiceIsTheSameAsEver() {
        TextVectorizer vectorizer = vectorizer(words(1, 2, TERMS, 1, true));
        String saved = "{\"column\":\"text\",\"word_min\":1,\"word_max\":2,\"char_min\":0,\"char_max\":0,"
                + "\"lowercase\":true,\"min_document_frequency\":1,\"idf\":true,\"sublinear\":true,\"l2\":true,"
                + "\"max_size\":1000}";
        assertThat(vectorizer.spec().jsonDecode(saved)).isEqualTo(words(1, 2, TERMS, 1, true));
        assertThat(vectorizer.spec().jsonEncode(words(1, 2, TERMS, 1, true))).isEqualTo(saved);
        FeatureSpec.Text other = blocks(TERMS, FeatureSpec.Norm.PER_BLOCK);
        assertThat(vectorizer.spec().jsonDecode(vectorizer.spec().jsonEncode(other)))
                .isEqualTo(other);
    }

    @Test
    void hashingGivesTheWeightsThatTermsHave() {
        List<List<Double>> byTerm = values(fitted(words(1, 2, TERMS, 1, true), SENTENCES));
        List<List<Double>> byBucket = values(fitted(words(1, 2, new FeatureSpec.Hashed(1 << 20), 1, true), SENTENCES));
        assertThat(byBucket).hasSameSizeAs(byTerm);
        for (int i = 0; i < byTerm.size(); i++) {
            assertThat(byBucket.get(i)).hasSameSizeAs(byTerm.get(i));
            for (int j = 0; j < byTerm.get(i).size(); j++) {
                assertThat(byBucket.get(i).get(j)).isCloseTo(byTerm.get(i).get(j), within(1e-14));
            }
        }
    }

    @Test
    void compatibleFormsOfATextAreOneAndWordsAndCharactersAreApart() {
        FeatureSpec.Text spec = new FeatureSpec.Text("text", 1, 1, 1, 1, true, TERMS, 1, false, false, false);
        List<Map<String, Double>> actual = fitted(spec, "ﬁ é", "FI e\u0301", "a");
        assertThat(actual.get(0)).isEqualTo(actual.get(1)).containsOnlyKeys("w:fi", "w:é", "c: ", "c:f", "c:i", "c:é");
        assertThat(actual.get(2)).containsOnlyKeys("w:a", "c:a", "c: ");
    }

    @Test
    void aCharacterOutsideTheBasicPlaneIsOneCharacterAndMarksBelongToTheirWord() {
        FeatureSpec.Text spec = new FeatureSpec.Text("text", 1, 1, 1, 1, false, TERMS, 1, false, false, false);
        List<Map<String, Double>> actual = fitted(spec, "\ud83a\udd00", "हिन्दी");
        assertThat(actual.get(0)).containsOnlyKeys("w:\ud83a\udd00", "c:\ud83a\udd00", "c: ");
        assertThat(actual.get(1)).containsKey("w:हिन्दी");
    }

    @Test
    void aFullVocabularyKeepsTheTermsOfMostTextsAndBreaksTiesByName() {
        FeatureSpec.Text spec =
                new FeatureSpec.Text("text", 1, 1, 0, 0, true, new FeatureSpec.Terms(3), 1, false, false, false);
        TextVectorizerModel model = vectorizer(spec).fit(texts("b a", "b d", "d c e"));
        assertThat(model.terms()).containsExactly("w:a", "w:b", "w:d");
    }

    private static FeatureSpec.Text words(
            int min, int max, FeatureSpec.Vocabulary vocabulary, int minDocumentFrequency, boolean weighted) {
        return new FeatureSpec.Text(
                "text", min, max, 0, 0, true, vocabulary, minDocumentFrequency, weighted, weighted, weighted);
    }

    private static TextVectorizer vectorizer(FeatureSpec.Text spec) {
        return new TextVectorizer("text").setSpec(spec).setOutputCol("features");
    }

    private static Dataset<Row> texts(@Nullable String... texts) {
        return table("text STRING", Arrays.stream(texts).map(RowFactory::create).toArray(Row[]::new));
    }

    private static List<List<Double>> values(List<Map<String, Double>> rows) {
        return rows.stream().map(row -> row.values().stream().sorted().toList()).toList();
    }

    /** Each text's weights by term, or by number where there are no terms. */
    private static List<Map<String, Double>> fitted(FeatureSpec.Text spec, String... texts) {
        TextVectorizerModel model = vectorizer(spec).fit(texts(texts));
        List<Map<String, Double>> result = new ArrayList<>();
        for (Row row : model.transform(texts(texts)).collectAsList()) {
            SparseVector vector = row.<SparseVector>getAs("features");
            assertThat(vector.size()).isEqualTo(model.size());
            Map<String, Double> weights = new LinkedHashMap<>();
            for (int i = 0; i < vector.indices().length; i++) {
                int index = vector.indices()[i];
                weights.put(model.terms().length == 0 ? "" + index : model.terms()[index], vector.values()[i]);
            }
            result.add(new TreeMap<>(weights));
        }
        return result;
    }
}
