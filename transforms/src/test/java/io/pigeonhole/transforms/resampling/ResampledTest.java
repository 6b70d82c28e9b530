package io.pigeonhole.transforms.resampling;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.rand;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.pigeonhole.transforms.PipelineException;
import io.pigeonhole.transforms.SparkTest;
import io.pigeonhole.transforms.resampling.Resampling.Over;
import io.pigeonhole.transforms.resampling.Resampling.Under;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

class ResampledTest extends SparkTest {

    private static final StructType SCHEMA = StructType.fromDDL(
                    "example_id STRING, label STRING, weight DOUBLE, fold INT")
            .add("features", SQLDataTypes.VectorType());

    /** Row i of n is at (i, i * i) in fold i % 2: neighbours by distance are neighbours by number. */
    private static Dataset<Row> rows(Map<String, Integer> counts) {
        List<Row> rows = new ArrayList<>();
        counts.forEach((label, count) -> {
            for (int i = 0; i < count; i++) {
                rows.add(RowFactory.create(
                        label + String.format("%02d", i), label, 1.0, i % 2, Vectors.dense(i, (double) i * i)));
            }
        });
        return spark.createDataFrame(rows, SCHEMA);
    }

    private static final Map<String, Integer> COUNTS = Map.of("many", 20, "some", 6, "few", 4, "one", 1);

    private static Map<String, Long> counts(Dataset<Row> rows) {
        return rows.groupBy("label").count().collectAsList().stream()
                .collect(Collectors.toMap(row -> row.getString(0), row -> row.getLong(1)));
    }

    private static Resampled of(Over over, Under under, String target) {
        return Resampled.of(rows(COUNTS), "features", new Resampling(over, under, target, 2), 1);
    }

    @Test
    void classesAreBroughtToTheTarget() {
        Resampled both = of(Over.REPEAT, Under.DROP, "6");

        assertThat(counts(both.rows())).isEqualTo(Map.of("many", 6L, "some", 6L, "few", 6L, "one", 6L));
        assertThat(both.classes())
                .contains(new ClassShare("many", 20, 6, 20, 6), new ClassShare("one", 1, 6, 1, 6))
                .hasSize(4);
        List<String> ids = both.rows().filter("label = 'few'").select("example_id").collectAsList().stream()
                .map(row -> row.getString(0))
                .toList();
        assertThat(ids).contains("few00", "few01", "few02", "few03").doesNotHaveDuplicates();
        assertThat(ids).filteredOn(id -> id.endsWith("#1")).hasSize(2);
        assertThat(counts(of(Over.REPEAT, Under.NONE, "largest").rows()))
                .isEqualTo(Map.of("many", 20L, "some", 20L, "few", 20L, "one", 20L));
        assertThat(counts(of(Over.NONE, Under.DROP, "median").rows()))
                .as("the lower of two medians, 4 of 1, 4, 6, 20")
                .isEqualTo(Map.of("many", 4L, "some", 4L, "few", 4L, "one", 1L));
    }

    @Test
    void smoteMakesRowsBetweenARowAndOneOfItsNearestOfClassAndFold() {
        List<Row> made = of(Over.SMOTE, Under.NONE, "largest").rows().collectAsList();

        assertThat(counts(of(Over.SMOTE, Under.NONE, "largest").rows()))
                .isEqualTo(Map.of("many", 20L, "some", 20L, "few", 20L, "one", 20L));
        for (Row row : made) {
            String id = row.getString(0);
            Vector at = row.getAs("features");
            double number = Double.parseDouble(id.replaceAll("[^0-9]*([0-9]+).*", "$1"));
            assertThat(row.<Integer>getAs("fold")).isEqualTo((int) number % 2);
            if (!id.contains("#") || id.startsWith("one")) {
                assertThat(at)
                        .as("a class of one row has no neighbours")
                        .isEqualTo(Vectors.dense(number, number * number));
                continue;
            }
            // on the line to the neighbour n, y - i * i = (x - i) (n + i)
            double neighbour = (at.apply(1) - number * number) / (at.apply(0) - number) - number;
            boolean stays = at.apply(0) == number;
            if (!stays) {
                assertThat(neighbour).isCloseTo(Math.rint(neighbour), within(1e-6));
                assertThat(Math.abs(Math.rint(neighbour) - number))
                        .as("same fold")
                        .isIn(2.0, 4.0);
                assertThat(Math.rint(neighbour)).isBetween(0.0, row.getString(1).equals("some") ? 5.0 : 3.0);
                assertThat((at.apply(0) - number) / (neighbour - number)).isBetween(0.0, 1.0);
            }
        }
        assertThat(made)
                .extracting(row -> row.getAs("features").toString())
                .filteredOn(text -> text.contains("."))
                .hasSizeGreaterThan(20);
    }

    @Test
    void partitionsAndOrderDoNotChangeTheRows() {
        for (Over over : new Over[] {Over.REPEAT, Over.SMOTE}) {
            Resampling how = new Resampling(over, Under.DROP, "6", 2);
            List<String> expected = texts(Resampled.of(rows(COUNTS), "features", how, 1));
            Dataset<Row> shuffled = rows(COUNTS).orderBy(rand(3)).repartition(5);
            assertThat(texts(Resampled.of(shuffled, "features", how, 1))).isEqualTo(expected);
            assertThat(texts(Resampled.of(rows(COUNTS), "features", how, 2))).isNotEqualTo(expected);
        }
    }

    private static List<String> texts(Resampled resampled) {
        return resampled.rows().collectAsList().stream()
                .map(Row::toString)
                .sorted()
                .toList();
    }

    @Test
    void whatCannotBeResampledIsRefused() {
        assertThatThrownBy(() -> new Resampling(Over.REPEAT, Under.NONE, "mean", 5))
                .isInstanceOf(PipelineException.class)
                .hasMessageContaining(
                        "'mean', but must be a number of rows above 0, or one of smallest, median, largest");
        assertThatThrownBy(() -> new Resampling(Over.SMOTE, Under.NONE, "median", 0))
                .hasMessageContaining("neighbours is 0");
        Dataset<Row> texts = rows(COUNTS).withColumn("text", col("label"));
        assertThatThrownBy(() -> Resampled.of(texts, "text", new Resampling(Over.SMOTE, Under.NONE, "6", 2), 1))
                .hasMessageContaining("reads the column 'text' itself. Use over = repeat");
    }
}
