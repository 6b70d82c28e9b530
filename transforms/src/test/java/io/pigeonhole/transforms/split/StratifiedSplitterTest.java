package io.pigeonhole.transforms.split;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat_ws;
import static org.apache.spark.sql.functions.countDistinct;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.rand;
import static org.apache.spark.sql.functions.regexp_extract;
import static org.apache.spark.sql.functions.when;
import static org.apache.spark.sql.functions.xxhash64;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.pigeonhole.transforms.PipelineException;
import io.pigeonhole.transforms.SparkTest;
import io.pigeonhole.transforms.split.SplitSpec.Given;
import io.pigeonhole.transforms.split.SplitSpec.Proportions;
import io.pigeonhole.transforms.split.SplitSpec.TimeCut;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StratifiedSplitterTest extends SparkTest {

    private static final String EXAMPLES =
            "example_id STRING, label STRING, site STRING, event_time TIMESTAMP, list STRING";
    private static final String SPLITS = "example_id STRING, label STRING, split STRING, fold INT, weight DOUBLE";
    private static final Proportions SHARES = new Proportions(0.7, 0.2, 0.1);

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void growthKeepsWhatIsAssignedAndEveryClassExact(long seed) {
        SplitSpec spec = dealt(Optional.empty(), 3, 0, RarePolicy.REFUSE, seed);
        List<Row> rows = new ArrayList<>(examples(List.of(211, 97, 10, 3, 1)));
        Collections.shuffle(rows, new Random(seed));
        Dataset<Row> splits = table(SPLITS);
        for (int size : new int[] {40, 41, 180, rows.size()}) {
            Dataset<Row> sofar = table(EXAMPLES, rows.subList(0, size).toArray(Row[]::new));
            List<Row> before = splits.collectAsList();
            List<Row> added = StratifiedSplitter.assign(sofar, splits, spec).collectAsList();
            assertThat(added).hasSize(size - before.size());
            splits =
                    table(SPLITS, Stream.concat(before.stream(), added.stream()).toArray(Row[]::new));

            SplitReport report = report(sofar, splits, spec).check();
            assertThat(report.examples()).isEqualTo(size);
            assertThat(report.largestDeviation()).isLessThan(1);
            assertFoldsAreEven(splits.collectAsList(), 3);
        }
    }

    @Test
    void orderAndPartitioningDoNotMatterAndTheSeedDoes() {
        Dataset<Row> examples = table(EXAMPLES, examples(List.of(50, 20, 7)).toArray(Row[]::new));
        for (Optional<String> group : List.of(Optional.<String>empty(), Optional.of("site"))) {
            SplitSpec spec = dealt(group, 2, 0, RarePolicy.REFUSE, 5);
            Map<String, String> expected = places(StratifiedSplitter.assign(examples, table(SPLITS), spec));
            for (int partitions : new int[] {1, 2, 7}) {
                Dataset<Row> shuffled = examples.orderBy(rand(partitions)).repartition(partitions);
                assertThat(places(StratifiedSplitter.assign(shuffled, table(SPLITS), spec)))
                        .isEqualTo(expected);
            }
            SplitSpec reseeded = dealt(group, 2, 0, RarePolicy.REFUSE, 6);
            assertThat(places(StratifiedSplitter.assign(examples, table(SPLITS), reseeded)))
                    .isNotEqualTo(expected);
        }
    }

    @Test
    void groupsNeverStraddleAndLateRowsFollowTheirGroup() {
        SplitSpec spec = dealt(Optional.of("site"), 2, 0, RarePolicy.REFUSE, 3);
        List<Row> rows = new ArrayList<>(examples(List.of(300, 120, 30)));
        Collections.shuffle(rows, new Random(3));
        Dataset<Row> splits = table(SPLITS);
        for (int size : new int[] {100, 250, rows.size()}) {
            Dataset<Row> sofar = table(EXAMPLES, rows.subList(0, size).toArray(Row[]::new));
            splits = table(
                    SPLITS,
                    Stream.concat(
                                    splits.collectAsList().stream(),
                                    StratifiedSplitter.assign(sofar, splits, spec).collectAsList().stream())
                            .toArray(Row[]::new));
            SplitReport report = report(sofar, splits, spec).check();
            assertThat(report.examples()).isEqualTo(size);
            // a group has at most five rows of a class, so whole groups cannot come closer than a few rows
            assertThat(report.largestDeviation()).isLessThan(10);
        }
        Map<String, Set<String>> placesOfSite = new HashMap<>();
        Map<String, String> places = places(splits);
        rows.stream()
                .filter(row -> !row.isNullAt(2))
                .forEach(row -> placesOfSite
                        .computeIfAbsent(row.getString(2), key -> new HashSet<>())
                        .add(places.get(row.getString(0))));
        assertThat(placesOfSite.values())
                .isNotEmpty()
                .allSatisfy(found -> assertThat(found).hasSize(1));
    }

    @Test
    void aRareClassOnlyTrains() {
        SplitSpec spec = dealt(Optional.empty(), 0, 2, RarePolicy.TRAIN_ONLY, 1);
        Dataset<Row> examples = table(EXAMPLES, examples(List.of(20, 19)).toArray(Row[]::new));
        SplitReport report = report(examples, StratifiedSplitter.assign(examples, table(SPLITS), spec), spec);
        assertThat(report.classes())
                .extracting(ClassShares::train, ClassShares::validation, ClassShares::test)
                .containsExactly(tuple(14L, 4L, 2L), tuple(19L, 0L, 0L));
    }

    @Test
    void aLabelOfNoClassIsDealtByItsSharesButIsNeverRare() {
        Dataset<Row> examples = table(EXAMPLES, examples(List.of(20, 10)).toArray(Row[]::new));
        for (RarePolicy policy : RarePolicy.values()) {
            SplitSpec spec = dealt(Optional.empty(), 0, 2, policy, 1);
            List<Row> dealt = StratifiedSplitter.assign(examples, table(SPLITS), spec, List.of("class 1"))
                    .where("label = 'class 1'")
                    .groupBy("split")
                    .count()
                    .orderBy("split")
                    .collectAsList();
            assertThat(dealt)
                    .containsExactly(
                            RowFactory.create("test", 1L),
                            RowFactory.create("train", 7L),
                            RowFactory.create("validation", 2L));
        }
    }

    @Test
    void rareClassesCollapseIntoOtherUntilTheyHaveGrown() {
        SplitSpec spec = dealt(Optional.empty(), 0, 1, RarePolicy.COLLAPSE_INTO_OTHER, 1);
        Dataset<Row> few = table(EXAMPLES, examples(List.of(30, 6, 4)).toArray(Row[]::new));
        assertThat(StratifiedSplitter.collapsedLabels(few, spec)).containsExactly("class 1", "class 2");
        Dataset<Row> splits = table(
                SPLITS,
                StratifiedSplitter.assign(few, table(SPLITS), spec)
                        .collectAsList()
                        .toArray(Row[]::new));
        assertThat(report(few, splits, spec).check().classes())
                .extracting(ClassShares::label, ClassShares::train, ClassShares::validation, ClassShares::test)
                .containsExactly(tuple("class 0", 21L, 6L, 3L), tuple("other", 7L, 2L, 1L));

        Dataset<Row> more = table(EXAMPLES, examples(List.of(30, 60, 4)).toArray(Row[]::new));
        assertThat(StratifiedSplitter.collapsedLabels(more, spec)).containsExactly("class 2");
        List<Row> added = StratifiedSplitter.assign(more, splits, spec).collectAsList();
        assertThat(added).hasSize(54).allMatch(row -> row.getString(1).equals("class 1"));
        Dataset<Row> all = table(
                SPLITS,
                Stream.concat(splits.collectAsList().stream(), added.stream()).toArray(Row[]::new));
        assertThat(report(more, all, spec).check().classes().get(1).deviation()).isLessThan(1);
    }

    @Test
    void rareClassesAreRefusedByName() {
        SplitSpec spec = dealt(Optional.empty(), 0, 2, RarePolicy.REFUSE, 1);
        Dataset<Row> examples = table(EXAMPLES, examples(List.of(20, 19, 1)).toArray(Row[]::new));
        assertThatThrownBy(() -> StratifiedSplitter.assign(examples, table(SPLITS), spec))
                .isInstanceOf(PipelineException.class)
                .hasMessage(
                        "2 classes have too few rows for 2 in every split: 'class 1' (19), 'class 2' (1). Bring more"
                                + " rows, lower the minimum, or choose the policy train_only or collapse_into_other.");
    }

    @Test
    void aTimeCutSplitsByTime() {
        SplitSpec spec =
                settled(Optional.of(new TimeCut("event_time", "2020-01-03", "2020-01-05T00:00:00Z")), Optional.empty());
        Dataset<Row> examples = table(EXAMPLES, examples(List.of(7)).toArray(Row[]::new));
        Map<String, String> places = places(StratifiedSplitter.assign(examples, table(SPLITS), spec));
        assertThat(places.values().stream().map(place -> place.split(" ", -1)[0]))
                .containsExactly("train", "train", "validation", "validation", "test", "test", "test");
        Dataset<Row> timeless =
                examples.withColumn("event_time", when(col("example_id").notEqual("0-3"), col("event_time")));
        assertThatThrownBy(() -> StratifiedSplitter.assign(timeless, table(SPLITS), spec))
                .isInstanceOf(PipelineException.class)
                .hasMessage(
                        "The column 'event_time' leaves rows without a split: 'null' (1 rows). A split by time needs"
                                + " a time in every row; leave these rows out or correct them.");
    }

    @Test
    void aGivenSplitIsTakenAndOtherWordsAreRefused() {
        SplitSpec spec = settled(Optional.empty(), Optional.of(new Given("list", Map.of("val", "validation"), 0)));
        Dataset<Row> examples = table(EXAMPLES, examples(List.of(4)).toArray(Row[]::new));
        assertThat(places(StratifiedSplitter.assign(examples.where("list <> 'dev'"), table(SPLITS), spec))
                        .values())
                .containsExactly("train 0", "validation null", "test null");
        assertThatThrownBy(() -> StratifiedSplitter.assign(examples, table(SPLITS), spec))
                .isInstanceOf(PipelineException.class)
                .hasMessage(
                        "The column 'list' leaves rows without a split: 'dev' (1 rows). It must say train, validation"
                                + " or test; give its other words as aliases.");
    }

    @Test
    void validationIsDrawnFromTheRowsGivenAsTrain() {
        SplitSpec spec = settled(Optional.empty(), Optional.of(new Given("list", Map.of("dev", "train"), 0.2)));
        Dataset<Row> examples = table(EXAMPLES, examples(List.of(400, 40)).toArray(Row[]::new))
                .withColumn("list", when(col("list").equalTo("Val"), "train").otherwise(col("list")));
        Dataset<Row> splits = StratifiedSplitter.assign(examples, table(SPLITS), spec);
        SplitReport report = report(examples, splits, spec).check();
        assertThat(report.classes())
                .extracting(ClassShares::train, ClassShares::validation, ClassShares::test)
                .containsExactly(tuple(240L, 60L, 100L), tuple(24L, 6L, 10L));
        assertThat(report.largestDeviation()).isLessThan(1e-9);
        assertThat(examples.join(splits, "example_id")
                        .where("(trim(list) = 'test') <> (split = 'test')")
                        .count())
                .isZero();
        assertThatThrownBy(() -> new Given("list", Map.of(), 1))
                .isInstanceOf(PipelineException.class)
                .hasMessageContaining("from 0, for none, to below 1");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 3})
    void copiesStayTogetherAndRowsWithoutACopyKeepTheirSplit(int folds) {
        SplitSpec apart = dealt(Optional.empty(), folds, 0, RarePolicy.REFUSE, 3);
        SplitSpec together = copiesTogether(Optional.empty(), folds);
        // two fifths of the rows are copies: four or five rows of a content, some of two classes
        Dataset<Row> examples = table(EXAMPLES, examples(List.of(300, 120)).toArray(Row[]::new))
                .withColumn(
                        "number",
                        regexp_extract(col("example_id"), "-(\\d+)$", 1).cast("bigint"))
                .withColumn(
                        "content_key",
                        when(
                                        col("number").mod(5).lt(2),
                                        col("number").divide(10).cast("bigint"))
                                .otherwise(xxhash64(col("example_id"))));
        Map<String, String> before = places(StratifiedSplitter.assign(examples, table(SPLITS), apart));
        Dataset<Row> splits = StratifiedSplitter.assign(examples, table(SPLITS), together);
        Map<String, String> after = places(splits);
        assertThat(after.keySet()).isEqualTo(before.keySet());
        Map<String, Set<String>> placesOf = new TreeMap<>();
        for (Row row : examples.collectAsList()) {
            String id = row.getString(0);
            long number = row.getLong(5);
            if (number % 5 < 2) {
                placesOf.computeIfAbsent(row.getString(1) + row.getLong(6), key -> new HashSet<>())
                        .add(after.get(id));
            } else {
                assertThat(after.get(id)).isEqualTo(before.get(id));
            }
        }
        assertThat(placesOf.values()).allSatisfy(places -> assertThat(places).hasSize(1));
        SplitReport report = SplitReport.of(examples, splits, together).check();
        assertThat(report.copies().testInTrain()).isZero();
        // contents come no closer to the shares than their size
        assertThat(report.largestDeviation()).isLessThan(5);
        assertThat(report.classes().get(0).copies().contents()).isEqualTo(180 + 30);
        assertThat(report.classes().get(0).copies().ofOtherClasses()).isEqualTo(12 * 4);
        assertThat(SplitReport.of(examples, table(SPLITS, rows(before)), apart)
                        .copies()
                        .testInTrain())
                .isPositive();

        Dataset<Row> late = table(EXAMPLES, RowFactory.create("late", "class 1", null, null, null))
                .withColumn("number", lit(0L))
                .withColumn("content_key", lit(0L));
        Map<String, String> grown = places(StratifiedSplitter.assign(examples.union(late), splits, together));
        assertThat(grown).isEqualTo(Map.of("late", after.get("1-0")));
    }

    @Test
    void copiesOfOneTextEachFillTheSplitsLikeSingleRows() {
        Dataset<Row> examples = table(EXAMPLES, examples(List.of(80)).toArray(Row[]::new))
                .withColumn(
                        "content_key",
                        regexp_extract(col("example_id"), "-(\\d+)$", 1)
                                .cast("bigint")
                                .mod(20));
        Dataset<Row> splits = StratifiedSplitter.assign(examples, table(SPLITS), copiesTogether(Optional.empty(), 0));
        SplitReport report = SplitReport.of(examples, splits, copiesTogether(Optional.empty(), 0))
                .check();
        // 14, 4 and 2 of 20 contents
        assertThat(report.classes())
                .extracting(ClassShares::train, ClassShares::validation, ClassShares::test)
                .containsExactly(tuple(56L, 16L, 8L));
    }

    @Test
    void groupsThatGivenSplitsTearApartAreCountedAndTheirTrainRowsStayTogether() {
        Given given = new Given("list", Map.of("val", "validation", "dev", "train"), 0.4);
        SplitSpec spec = new SplitSpec(
                SHARES,
                Optional.of("site"),
                Optional.empty(),
                Optional.of(given),
                CopyPolicy.TOGETHER,
                2,
                0,
                RarePolicy.REFUSE,
                "other",
                1);
        Dataset<Row> examples = table(EXAMPLES, examples(List.of(400, 100)).toArray(Row[]::new))
                .where("site IS NOT NULL AND trim(list) <> 'Val'");
        Dataset<Row> splits = StratifiedSplitter.assign(examples, table(SPLITS), spec);
        SplitReport report = report(examples, splits, spec).check();
        Dataset<Row> joined = examples.join(splits.select("example_id", "split", "fold"), "example_id");
        assertThat(joined.where("(trim(list) = 'test') <> (split = 'test')").count())
                .isZero();
        assertThat(joined.where("trim(list) <> 'test'")
                        .groupBy("site")
                        .agg(countDistinct(concat_ws(" ", col("split"), col("fold")))
                                .as("places"))
                        .where("places > 1")
                        .count())
                .isZero();
        long torn = joined.groupBy("site")
                .agg(countDistinct(col("split")).as("splits"))
                .where("splits > 1")
                .count();
        assertThat(report.tornGroups().orElseThrow().groups()).isEqualTo(torn).isPositive();
        assertThat(report.rows(Split.VALIDATION)).isBetween(85L, 97L);
        assertThat(report.straddlingGroups()).isEmpty();
    }

    @Test
    void proportionsThatDoNotAddUpAreRefused() {
        assertThatThrownBy(() -> new Proportions(0.8, 0.1, 0.2))
                .isInstanceOf(PipelineException.class)
                .hasMessageStartingWith("The proportions train 0.8, validation 0.1, test 0.2 add up to 1.1");
    }

    private static SplitSpec dealt(Optional<String> group, int folds, int minimum, RarePolicy rare, long seed) {
        return new SplitSpec(
                SHARES,
                group,
                Optional.empty(),
                Optional.empty(),
                CopyPolicy.APART,
                folds,
                minimum,
                rare,
                "other",
                seed);
    }

    private static SplitSpec copiesTogether(Optional<String> group, int folds) {
        return new SplitSpec(
                SHARES,
                group,
                Optional.empty(),
                Optional.empty(),
                CopyPolicy.TOGETHER,
                folds,
                0,
                RarePolicy.REFUSE,
                "other",
                3);
    }

    /** The report on examples of which none is a copy. */
    private static SplitReport report(Dataset<Row> examples, Dataset<Row> splits, SplitSpec spec) {
        return SplitReport.of(examples.withColumn("content_key", xxhash64(col("example_id"))), splits, spec);
    }

    private static Row[] rows(Map<String, String> places) {
        return places.entrySet().stream()
                .map(place -> RowFactory.create(
                        place.getKey(),
                        "",
                        place.getValue().substring(0, place.getValue().indexOf(" ")),
                        null,
                        1.0))
                .toArray(Row[]::new);
    }

    private static SplitSpec settled(Optional<TimeCut> timeCut, Optional<Given> given) {
        return new SplitSpec(
                SHARES, Optional.empty(), timeCut, given, CopyPolicy.APART, 2, 5, RarePolicy.REFUSE, "other", 1);
    }

    /** So many rows of "class 0", "class 1" and so on, at 40 sites that each see several classes; some have no site. */
    private static List<Row> examples(List<Integer> sizes) {
        String[] lists = {"train", "Val", " test", "dev"};
        return IntStream.range(0, sizes.size())
                .boxed()
                .flatMap(label -> IntStream.range(0, sizes.get(label))
                        .mapToObj(i -> RowFactory.create(
                                label + "-" + i,
                                "class " + label,
                                i % 11 == 0 ? null : "site " + (i * 31 + label) % 67,
                                Timestamp.valueOf("2020-01-0" + (i % 7 + 1) + " 00:00:00"),
                                lists[i % 4])))
                .toList();
    }

    private static Map<String, String> places(Dataset<Row> splits) {
        Map<String, String> places = new TreeMap<>();
        splits.collectAsList()
                .forEach(row -> assertThat(places.put(row.getString(0), row.getString(2) + " " + row.get(3)))
                        .isNull());
        return places;
    }

    private static void assertFoldsAreEven(List<Row> splits, int folds) {
        Map<String, long[]> counts = new TreeMap<>();
        for (Row row : splits) {
            assertThat(row.isNullAt(3)).isEqualTo(!row.getString(2).equals("train"));
            if (!row.isNullAt(3)) {
                counts.computeIfAbsent(row.getString(1), key -> new long[folds])[row.getInt(3)]++;
            }
        }
        counts.values()
                .forEach(rows -> assertThat(Arrays.stream(rows).max().orElse(0)
                                - Arrays.stream(rows).min().orElse(0))
                        .isLessThanOrEqualTo(1));
    }
}
