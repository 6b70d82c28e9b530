package io.pigeonhole.transforms.cleaning;

import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.rand;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.pigeonhole.transforms.PipelineException;
import io.pigeonhole.transforms.SparkTest;
import io.pigeonhole.transforms.cleaning.CleaningRules.VectorSize;
import io.pigeonhole.transforms.split.SplitSpec;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CleaningTest extends SparkTest {

    private static final String RAW = "source STRING, raw STRING, example_id STRING, label STRING, path ARRAY<STRING>,"
            + " event_time TIMESTAMP, label_time TIMESTAMP, parse_error STRING, text STRING, pixels ARRAY<DOUBLE>,"
            + " note STRING";
    private static final Row[] GOOD = {
        row("good 1", "cat", "meow"), row("good 2", " NA\u00a0", "purr"), row("good 3", "null", "hiss")
    };

    @AfterEach
    void releaseWhatWasJudged() {
        spark.catalog().clearCache();
    }

    @Test
    void labelsThatAreMissingAreRejectedAndTheWordsNaAndNullAreNot() {
        assertRejects(
                rules(ConflictPolicy.KEEP),
                "missing_label",
                "label is null or blank",
                row("b1", null, "x"),
                row("b2", "\u00a0 ", "y"));
        List<Row> examples = clean(rules(ConflictPolicy.KEEP))
                .examples()
                .orderBy("example_id")
                .collectAsList();
        assertThat(examples).extracting(row -> row.getString(1)).containsExactly("cat", "NA", "null");
    }

    @Test
    void labelsThatAreNotKnownAreRejected() {
        assertRejects(
                rules(ConflictPolicy.KEEP), "unknown_label", "'dgo' is not a known label", row("b", "dgo", "woof"));
    }

    @Test
    void valuesThatCannotBeReadAreRejected() {
        Row broken = RowFactory.create(
                "s", "{b}", "b", "cat", null, null, null, "column 'n': 'ten' is not a number", "t", pixels(1, 2), null);
        assertRejects(rules(ConflictPolicy.KEEP), "unparsable_value", "column 'n': 'ten' is not a number", broken);
        assertRejects(
                rules(ConflictPolicy.KEEP),
                "unparsable_value",
                "column 'pixels' holds a null or NaN",
                row("b", "cat", "x", pixels(1, Double.NaN)));
    }

    @Test
    void emptyTextsAreRejected() {
        assertRejects(
                rules(ConflictPolicy.KEEP),
                "empty_text",
                "column 'text' is null or blank",
                row("b", "cat", " \t\u3000"));
    }

    @Test
    void vectorsOfTheWrongSizeAreRejected() {
        assertRejects(
                rules(ConflictPolicy.KEEP),
                "wrong_vector_size",
                "column 'pixels' has 3 elements, not 2",
                row("b", "cat", "x", pixels(1, 2, 3)));
        assertRejects(
                rules(ConflictPolicy.KEEP), "wrong_vector_size", "column 'pixels' is null", row("b", "cat", "x", null));
    }

    @Test
    void rowsThatShareAnIdButNotTheirContentAreAllRejected() {
        assertRejects(
                rules(ConflictPolicy.KEEP),
                "duplicate_id",
                "id 'b' occurs 2 times, not always with the same content",
                row("b", "cat", "x"),
                row("b", "cat", "y"));
    }

    @Test
    void conflictingLabelsAreKeptOrDroppedOrPutToTheVoteAndCountedInAnyCase() {
        Row[] conflict = {row("b1", "dog", "x"), row("b2", "cat", "x"), row("b3", "dog", "x")};
        Cleaned kept = clean(rules(ConflictPolicy.KEEP), conflict);
        assertThat(kept.examples().count()).isEqualTo(6);
        assertThat(kept.count().conflicting()).isEqualTo(3);

        assertRejects(
                rules(ConflictPolicy.DROP),
                "conflicting_label",
                "equal features are labelled 'cat' and 'dog'",
                conflict);

        Cleaned voted = clean(rules(ConflictPolicy.MAJORITY), conflict);
        assertThat(voted.rejects().select("raw", "detail").collectAsList())
                .containsExactly(
                        RowFactory.create("{b2 x}", "equal features are labelled 'cat' and 'dog', mostly 'dog'"));
        assertThat(voted.count().conflicting()).isEqualTo(3);
    }

    @Test
    void aTieOfLabelsGoesToTheFirstInOrder() {
        Cleaned voted = clean(rules(ConflictPolicy.MAJORITY), row("b1", "dog", "x"), row("b2", "cat", "x"));
        assertThat(voted.rejects().select("label").collectAsList()).containsExactly(RowFactory.create("dog"));
    }

    @Test
    void copiesAreCollapsedAndRowsWithoutAnIdAreNamedByTheirContent() {
        Cleaned cleaned = clean(
                rules(ConflictPolicy.MAJORITY),
                row("b1", "dog", "x"),
                row("b1", "Dog", "x"),
                row(null, "dog", "z"),
                row(null, "dog", "z"),
                row(null, "cat", "z"));
        CleaningCounts counts = cleaned.count();
        assertThat(counts.rows()).isEqualTo(8);
        assertThat(counts.accepted()).isEqualTo(5).isEqualTo(cleaned.examples().count());
        assertThat(counts.collapsed()).isEqualTo(2);
        // two rows without an id outvote one, although they became one
        assertThat(cleaned.rejects().select("label").collectAsList()).containsExactly(RowFactory.create("cat"));
        Row unnamed = cleaned.examples().where("text = 'z'").first();
        assertThat(unnamed.getString(0)).hasSize(32);
        assertThat(unnamed.<String>getAs("content_hash")).hasSize(64).startsWith(unnamed.getString(0));
    }

    @Test
    void aLabelOfNoClassIsAcceptedAndConflictsWithNoOther() {
        CleaningRules known = rules(ConflictPolicy.DROP);
        CleaningRules rules = new CleaningRules(
                known.featureColumns(),
                known.textColumns(),
                known.optionalTexts(),
                known.vectors(),
                Map.of("Dog", "dog", "none", "oos"),
                known.knownLabels(),
                known.conflicts(),
                known.rejectLimit(),
                known.rejectLimitPerClass(),
                known.labelsRequired(),
                List.of("oos"),
                known.given());
        Cleaned cleaned = clean(
                rules, row("b1", "dog", "q"), row("b2", "none", "q"), row("b3", "oos", "r"), row("b4", "dgo", "s"));
        CleaningCounts counts = cleaned.count();
        assertThat(counts.rejected()).isEqualTo(1);
        assertThat(counts.conflicting()).isZero();
        assertThat(counts.paths()).doesNotContainKey("oos").containsKey("dog");
        assertThat(counts.classes())
                .extracting(CleaningCounts.ClassCount::label)
                .doesNotContain("oos");
        assertThat(cleaned.examples().where("label = 'oos'").count()).isEqualTo(2);
        // without a class of its own, the same two are in conflict
        assertThat(clean(known, row("b1", "dog", "q"), row("b2", "cat", "q"))
                        .count()
                        .conflicting())
                .isEqualTo(2);
    }

    @Test
    void everyRowIsAccountedForWhateverTheOrderOfRows() {
        Row[] bad = {
            row("b1", null, "x"), row("b2", "dgo", "x"), row("b3", "cat", " "), row("b4", "cat", "x", pixels(1)),
            row("b5", "cat", "x"), row("b5", "cat", "y"), row("b6", "cat", "q"), row("b7", "dog", "q"),
            row("b8", "cat", "w"), row("b8", "cat", "w")
        };
        Dataset<Row> raw = table(RAW, Stream.of(GOOD, bad).flatMap(Stream::of).toArray(Row[]::new));
        CleaningCounts expected =
                Cleaning.clean(raw, rules(ConflictPolicy.DROP)).count();
        assertThat(expected.rows()).isEqualTo(13);
        assertThat(expected.accepted() + expected.rejected() + expected.collapsed())
                .isEqualTo(13);
        assertThat(expected.reasons())
                .extracting(CleaningCounts.ReasonCount::reason, CleaningCounts.ReasonCount::rows)
                .contains(tuple("conflicting_label", 2L), tuple("duplicate_id", 2L), tuple("empty_text", 1L));
        for (int partitions : new int[] {1, 7}) {
            Dataset<Row> shuffled = raw.orderBy(rand(partitions)).repartition(partitions);
            assertThat(Cleaning.clean(shuffled, rules(ConflictPolicy.DROP)).count())
                    .isEqualTo(expected);
        }
        Cleaned cleaned = Cleaning.clean(raw, rules(ConflictPolicy.DROP));
        int classes = expected.classes().size();
        // a class with rejects of several reasons counts once
        assertThat(cleaned.count(classes)).isEqualTo(expected);
        assertThatThrownBy(() -> cleaned.count(classes - 1))
                .isInstanceOf(PipelineException.class)
                .hasMessageContaining("more than " + (classes - 1) + " classes, such as '");
        // fewer than there are reasons for which rows without a class are rejected
        assertThatThrownBy(() -> cleaned.count(1))
                .isInstanceOf(PipelineException.class)
                .hasMessageContaining("more than 1 classes, such as '");
    }

    @Test
    void tooManyRejectsStopTheJobWithATableOfReasons() {
        CleaningRules strict = rules(ConflictPolicy.KEEP, 0.25, 0.3);
        CleaningCounts counts = clean(strict, row("b1", null, "x"), row("b2", "dgo", "x"), row("b3", "cat", " "))
                .count();
        assertThatThrownBy(() -> counts.check(strict))
                .isInstanceOf(PipelineException.class)
                .hasMessage("""
                        3 of 6 rows (50.0 %) break the data contract; the limit is 25.0 %.
                        Of the classes, 'cat' lost 1 of 2 rows (50.0 %); the limit is 30.0 % of a class.
                          reason             rows    share  for example
                          empty_text            1   16.7 %  column 'text' is null or blank
                          missing_label         1   16.7 %  label is null or blank
                          unknown_label         1   16.7 %  'dgo' is not a known label
                        Correct these rows at their source, or raise the limit. The table of rejects has each of them with its reason.""");
        assertThat(counts.check(rules(ConflictPolicy.KEEP))).isSameAs(counts);
    }

    @Test
    void unlabelledRowsPassWhereLabelsAreNotRequired() {
        CleaningRules open = new CleaningRules(
                List.of("text"),
                List.of(),
                List.of(),
                List.of(),
                Map.of(),
                List.of("cat", "NA", "null"),
                ConflictPolicy.DROP,
                0,
                0,
                false,
                Optional.empty());
        Cleaned cleaned = clean(open, row("b1", null, "meow"), row("b2", null, "q"));
        assertThat(cleaned.examples().count()).isEqualTo(5);
        assertThat(cleaned.count().check(open).conflicting()).isZero();
    }

    @Test
    void pathsEndInTheLabelAndSkipBlankLevels() {
        Dataset<Row> raw = table(
                RAW,
                pathRow("1", null, "animal", " ", " dgo "),
                pathRow("2", "Dog", "animal", "Dog"),
                pathRow("3", "cat", "animal", "feline"));
        CleaningRules rules = new CleaningRules(
                List.of("text"),
                List.of(),
                List.of(),
                List.of(),
                Map.of("dgo", "dog", "Dog", "dog"),
                List.of(),
                ConflictPolicy.KEEP,
                0,
                0,
                true,
                Optional.empty());
        List<Row> examples =
                Cleaning.clean(raw, rules).examples().orderBy("example_id").collectAsList();
        assertThat(examples)
                .extracting(row -> row.<String>getList(2))
                .containsExactly(
                        List.of("animal", "dog"), List.of("animal", "dog"), List.of("animal", "feline", "cat"));
    }

    @Test
    void aTextThatMayBeMissingRejectsARowOnlyIfAllFeaturesAre() {
        CleaningRules rules = new CleaningRules(
                List.of("text", "note"),
                List.of(),
                List.of("text", "note"),
                List.of(),
                Map.of(),
                List.of(),
                ConflictPolicy.KEEP,
                1,
                1,
                true,
                Optional.empty());
        Row[] rows = {texts("1", " ", "a note"), texts("2", "a text", null), texts("3", null, " \u00a0")};
        Cleaned cleaned = Cleaning.clean(table(RAW, rows), rules);
        assertThat(cleaned.examples().orderBy("example_id").collectAsList())
                .extracting(row -> row.getString(0))
                .containsExactly("1", "2");
        assertThat(cleaned.rejects().collectAsList())
                .extracting(row -> row.getString(1), row -> row.getString(2))
                .containsExactly(tuple("empty_text", "every feature is null or blank"));
    }

    private static Row texts(String id, @Nullable String text, @Nullable String note) {
        return RowFactory.create("s", id, id, "cat", null, null, null, null, text, pixels(1, 2), note);
    }

    @Test
    void copiesAreCountedByFeaturesAndByFeaturesAndLabel() {
        Row[] rows = {
            row("c1", "dog", "meow"),
            row("c2", "dog", "woof"),
            row("c3", "dog", "woof"),
            row("c4", "dog", "woof"),
            row(null, "dog", "yelp"),
            row(null, "dog", "yelp"),
            row("c5", "unheard", "woof")
        };
        CleaningCounts counts = clean(rules(ConflictPolicy.KEEP), rows).count();
        // meow is a cat and a dog, woof has three rows with ids, yelp two without
        assertThat(counts.copies()).isEqualTo(1 + 2 + 1);
        assertThat(counts.labelledCopies()).isEqualTo(2 + 1);
        assertThat(counts.collapsed()).isEqualTo(1);
        assertThat(counts.mostCopied()).isIn("'dog' (4 of 6 rows)", "'dog' (3 of 6 rows), 'cat' (1 of 1 rows)");
        assertThat(clean(rules(ConflictPolicy.MAJORITY), rows).count().copies()).isEqualTo(2 + 1);
    }

    @Test
    void equalRowsWithoutIdsStayApartInTheSplitsThatTheyState() {
        CleaningRules rules = new CleaningRules(
                List.of("text"),
                List.of("text"),
                List.of(),
                List.of(),
                Map.of(),
                List.of(),
                ConflictPolicy.KEEP,
                1,
                1,
                true,
                Optional.of(new SplitSpec.Given("note", Map.of("dev", "validation"), 0)));
        Row[] rows = {
            noted("1", "Test", "meow"),
            noted("2", "train", "meow"),
            noted("3", "train ", "meow"),
            noted("4", "test", "purr"),
            noted("5", "dev", "purr"),
            noted("6", "validation", "purr")
        };
        Cleaned cleaned = Cleaning.clean(table(RAW, rows), rules);
        CleaningRules without = new CleaningRules(
                rules.featureColumns(),
                rules.textColumns(),
                List.of(),
                List.of(),
                Map.of(),
                List.of(),
                ConflictPolicy.KEEP,
                1,
                1,
                true,
                Optional.empty());
        List<String> plain = Cleaning.clean(table(RAW, rows), without).examples().collectAsList().stream()
                .map(row -> row.getString(0))
                .toList();
        List<Row> examples =
                cleaned.examples().orderBy("text", "note", "example_id").collectAsList();
        assertThat(examples)
                .extracting(row -> row.<String>getAs("text"), row -> row.<String>getAs("note"))
                .containsExactly(
                        tuple("meow", "Test"), tuple("meow", "train"), tuple("purr", "dev"), tuple("purr", "test"));
        // train before validation before test
        assertThat(examples)
                .filteredOn(row -> plain.contains(row.getString(0)))
                .extracting(row -> row.<String>getAs("note"))
                .containsExactly("train", "dev");
        assertThat(cleaned.count().collapsed()).isEqualTo(2);
        assertThat(cleaned.count().copies()).isEqualTo(4);

        // arriving later, the same rows are the same examples, and a first row of a split is a new one
        Dataset<Row> again =
                table(RAW, rows[0], rows[1], noted("7", "validation", "meow")).withColumn(Cleaned.REPLACES, lit(false));
        assertThat(Cleaning.clean(again, rules, cleaned.examples()).examples().collectAsList())
                .extracting(row -> row.<String>getAs("note"))
                .contains("validation")
                .doesNotContain("train");
        assertThat(Cleaning.clean(again, rules, cleaned.examples())
                        .examples()
                        .join(cleaned.examples().select("example_id", "content_hash"), "example_id")
                        .where("note = 'validation'")
                        .count())
                .isZero();
    }

    private static Row noted(String raw, String note, String text) {
        return RowFactory.create("s", raw, null, "cat", null, null, null, null, text, pixels(1, 2), note);
    }

    @Test
    void columnsThatAreMissingAreNamed() {
        assertThatThrownBy(() -> Cleaning.clean(table(RAW).drop("pixels", "label_time"), rules(ConflictPolicy.KEEP)))
                .isInstanceOf(PipelineException.class)
                .hasMessage("The sources do not have the columns label_time, pixels. They have source, raw, example_id,"
                        + " label, path, event_time, parse_error, text, note. Correct the column mapping.");
    }

    /** The bad rows are rejected for the reason, the good ones survive, and the further columns are carried along. */
    private static void assertRejects(CleaningRules rules, String reason, String detail, Row... bad) {
        Cleaned cleaned = clean(rules, bad);
        assertThat(cleaned.rejects().collectAsList())
                .hasSize(bad.length)
                .allSatisfy(row -> assertThat(List.of(row.getString(0), row.getString(1), row.getString(2)))
                        .containsExactly("s", reason, detail));
        List<Row> examples = cleaned.examples().orderBy("example_id").collectAsList();
        assertThat(examples).extracting(row -> row.getString(0)).containsExactly("good 1", "good 2", "good 3");
        assertThat(cleaned.examples().columns())
                .containsExactly(
                        "example_id",
                        "label",
                        "path",
                        "event_time",
                        "label_time",
                        "source",
                        "content_hash",
                        "text",
                        "pixels",
                        "note");
        assertThat(cleaned.count().rejected()).isEqualTo(bad.length);
    }

    private static Cleaned clean(CleaningRules rules, Row... bad) {
        return Cleaning.clean(
                table(RAW, Stream.of(GOOD, bad).flatMap(Stream::of).toArray(Row[]::new)), rules);
    }

    private static CleaningRules rules(ConflictPolicy conflicts) {
        return rules(conflicts, 1, 1);
    }

    private static CleaningRules rules(ConflictPolicy conflicts, double limit, double limitPerClass) {
        return new CleaningRules(
                List.of("text", "pixels"),
                List.of("text"),
                List.of(),
                List.of(new VectorSize("pixels", 2)),
                Map.of("Dog", "dog"),
                List.of("cat", "dog", "NA", "null"),
                conflicts,
                limit,
                limitPerClass,
                true,
                Optional.empty());
    }

    private static Row row(@Nullable String id, @Nullable String label, String text) {
        return row(id, label, text, pixels(1, 2));
    }

    private static Row row(@Nullable String id, @Nullable String label, String text, Double @Nullable [] pixels) {
        return RowFactory.create(
                "s", "{" + id + " " + text + "}", id, label, null, null, null, null, text, pixels, "n");
    }

    private static Row pathRow(String id, @Nullable String label, String... path) {
        return RowFactory.create("s", "{}", id, label, path, null, null, null, "text " + id, null, "n");
    }

    private static Double[] pixels(double... values) {
        return Arrays.stream(values).boxed().toArray(Double[]::new);
    }
}
