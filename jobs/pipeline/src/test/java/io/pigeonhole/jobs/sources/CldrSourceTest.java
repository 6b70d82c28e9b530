package io.pigeonhole.jobs.sources;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pigeonhole.jobs.DeltaTest;
import io.pigeonhole.jobs.configuration.SourceConfig;
import io.pigeonhole.transforms.PipelineException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CldrSourceTest extends DeltaTest {

    // 70 MB, released after these tests
    private final CldrTable table = CldrProcess.collectApart();
    private final Map<String, CldrText> byId =
            table.texts().stream().collect(Collectors.toMap(CldrText::id, text -> text));

    @Test
    void textsAreWhatTheLanguageCallsThings() {
        assertThat(text("de/country/FR")).isEqualTo("Frankreich");
        assertThat(text("ru/country/FR")).isEqualTo("Франция");
        assertThat(text("ja/weekday/MONDAY/full")).isEqualTo("月曜日");
        assertThat(text("sr-Latn/country/DE")).isEqualTo("Nemačka");
        assertThat(text("sr-Cyrl/country/DE")).isEqualTo("Немачка");
        assertThat(text("de/country/AO"))
                .as("the same as in English, and German")
                .isEqualTo("Angola");
    }

    @Test
    void whatALanguageHasNoNameForIsLeftOut() {
        assertThat(byId).doesNotContainKeys("kam/script/Arab", "xh/country/SO", "nyn/script/Laoo");
        assertThat(table.texts())
                .filteredOn(text -> !text.script().equals("Latn"))
                .noneMatch(text -> text.text().matches("[A-Za-z ().,'-]+"));
        assertThat(table.texts()).noneMatch(text -> text.text().equals(text.key()));
        assertThat(table.texts()).noneMatch(text -> text.text().matches(".*\\([+-]\\d+\\)"));
        assertThat(table.leftOut())
                .containsOnlyKeys(
                        "fallback_to_english",
                        "bare_codes",
                        "foreign_script",
                        "too_short",
                        "duplicates",
                        "language_twins")
                .hasEntrySatisfying(
                        "fallback_to_english", count -> assertThat(count).isGreaterThan(40_000));
    }

    @Test
    void languagesAndScriptsAreThoseOfTheLocales() {
        Map<String, Set<String>> languages = table.texts().stream()
                .collect(Collectors.groupingBy(
                        CldrText::script, Collectors.mapping(CldrText::language, Collectors.toSet())));

        assertThat(languages.get("Jpan")).containsExactly("ja");
        assertThat(languages.get("Kore")).containsExactly("ko");
        assertThat(languages.get("Hani")).containsExactlyInAnyOrder("zh-Hans", "zh-Hant", "yue-Hans", "yue-Hant");
        assertThat(languages.get("Cyrl")).contains("ru", "uk", "sr-Cyrl", "uz-Cyrl");
        assertThat(languages.get("Latn"))
                .contains("de", "sr-Latn", "uz-Latn", "nb")
                .doesNotContain("no");
        assertThat(languages.values().stream().mapToInt(Set::size).sum()).isBetween(200, 260);
        assertThat(table.texts()).hasSizeBetween(110_000, 180_000);
    }

    @Test
    void twoCallsGiveTheSameTableAndFilesKeepIt(@TempDir Path folder) throws Exception {
        table.write(folder.resolve("table"));

        assertThat(CldrTable.read(folder.resolve("table"))).isEqualTo(table);
        assertThat(CldrProcess.collect()).isEqualTo(table);
        assertThat(table.texts().stream().map(CldrText::id).distinct())
                .hasSize(table.texts().size());
    }

    @Test
    void rowsCarryLabelPathAndCategory() {
        SourceConfig.Cldr source = new SourceConfig.Cldr("languages", 500);

        SourceRows rows = new CldrSource(() -> spark, source).read(table);

        assertThat(rows.raw().schema().simpleString())
                .isEqualTo(Sources.of(access(), source).schema().simpleString());
        assertThat(rows.raw()
                        .filter("example_id = 'de/country/FR'")
                        .selectExpr(
                                "source",
                                "label",
                                "array_join(path, '/')",
                                "text",
                                "category",
                                "parse_error",
                                "get_json_object(raw, '$.text')")
                        .collectAsList())
                .extracting(Row::mkString)
                .containsExactly("languagesdeLatn/deFrankreichcountrynullFrankreich");
        List<Row> smallest = rows.raw()
                .groupBy("label")
                .count()
                .orderBy(functions.col("count"))
                .limit(1)
                .collectAsList();
        assertThat(smallest.get(0).getLong(1)).isGreaterThanOrEqualTo(500);
        assertThat(rows.figures().get("texts")).isEqualTo((double) rows.raw().count());
        assertThat(rows.inputs()).isEqualTo(Sources.of(access(), source).inputs());
    }

    @Test
    void aMinimumThatNoLanguageReachesIsRefused() {
        assertThatThrownBy(() -> new CldrSource(() -> spark, new SourceConfig.Cldr("languages", 1_000_000)).read(table))
                .isInstanceOf(PipelineException.class)
                .hasMessageContaining("minimum_per_language = 1000000")
                .hasMessageContaining("jdk.localedata");
    }

    private String text(String id) {
        CldrText text = byId.get(id);
        return text == null ? "" : text.text();
    }
}
