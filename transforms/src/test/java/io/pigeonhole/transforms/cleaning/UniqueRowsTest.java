package io.pigeonhole.transforms.cleaning;

import static org.assertj.core.api.Assertions.assertThat;

import io.pigeonhole.transforms.SparkTest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Comparing only the rows that have something in common gives what comparing all of them gives. */
class UniqueRowsTest extends SparkTest {

    private static final String RAW = "source STRING, raw STRING, example_id STRING, label STRING, path ARRAY<STRING>,"
            + " event_time TIMESTAMP, label_time TIMESTAMP, parse_error STRING, text STRING, size DOUBLE, note STRING";
    private static final int MANY = 1_000;

    private static CleaningRules rules(ConflictPolicy conflicts) {
        return new CleaningRules(
                List.of("text", "size"),
                List.of("text"),
                List.of(),
                List.of(),
                Map.of("kitty", "cat"),
                List.of("cat", "dog"),
                conflicts,
                1,
                1,
                true,
                Optional.empty());
    }

    /** Rows of which some share ids, some features, some both, some everything, and some fail by themselves. */
    private static Dataset<Row> rows(long seed) {
        Random random = new Random(seed);
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < 400; i++) {
            boolean isAlone = random.nextBoolean();
            String id = isAlone ? "alone " + i : "id " + random.nextInt(100);
            String text = isAlone ? "text " + i : "text " + random.nextInt(3);
            rows.add(RowFactory.create(
                    "s",
                    "{" + i + "}",
                    id,
                    List.of("cat", "dog", "kitty", "dgo", " ").get(random.nextInt(isAlone ? 3 : 5)),
                    null,
                    null,
                    null,
                    random.nextInt(20) == 0 ? "broken" : null,
                    random.nextInt(20) == 0 ? " " : text,
                    random.nextInt(9) == 0 ? Double.NaN : random.nextInt(3) - 0.0,
                    "note " + i));
            if (random.nextInt(10) == 0) {
                rows.add(rows.get(random.nextInt(rows.size())));
            }
        }
        return table(RAW, rows.toArray(Row[]::new));
    }

    private static List<String> sorted(Dataset<Row> rows) {
        List<String> sorted = new ArrayList<>(rows.toJSON().collectAsList());
        Collections.sort(sorted);
        return sorted;
    }

    @ParameterizedTest
    @EnumSource
    void whatComesOutIsTheSame(ConflictPolicy policy) {
        Dataset<Row> raw = rows(policy.name().hashCode());
        Cleaned all = Cleaning.clean(raw, rules(policy));
        Cleaned apart = UniqueRows.clean(raw, rules(policy), MANY).orElseThrow();

        assertThat(sorted(apart.examples())).isEqualTo(sorted(all.examples()));
        assertThat(sorted(apart.rejects())).isEqualTo(sorted(all.rejects()));
        assertThat(apart.count()).isEqualTo(all.count());
        assertThat(apart.judged().count()).isBetween(100L, 300L);
        assertThat(apart.apart().orElseThrow().rows().count()).isBetween(100L, 300L);
    }

    @Test
    void rowsThatHaveNothingInCommonAreNotComparedAtAll() {
        Dataset<Row> raw = rows(0).where("example_id LIKE 'alone%' AND parse_error IS NULL AND text <> ' '")
                .dropDuplicates("example_id");
        Cleaned apart = UniqueRows.clean(raw, rules(ConflictPolicy.KEEP), MANY).orElseThrow();

        assertThat(apart.judged().count()).isZero();
        assertThat(sorted(apart.examples()))
                .isEqualTo(
                        sorted(Cleaning.clean(raw, rules(ConflictPolicy.KEEP)).examples()));
    }

    @Test
    void whereItIsNotWorthItAllRowsAreCompared() {
        Dataset<Row> raw = rows(0);

        assertThat(UniqueRows.clean(raw, rules(ConflictPolicy.KEEP), 2)).isEmpty();
        assertThat(UniqueRows.clean(
                        raw.selectExpr("* EXCEPT (example_id)", "if(note = 'note 1', null, example_id) AS example_id"),
                        rules(ConflictPolicy.KEEP),
                        MANY))
                .isEqualTo(Optional.empty());
        assertThat(UniqueRows.clean(
                        raw.selectExpr("* EXCEPT (size)", "current_timestamp() AS size"),
                        rules(ConflictPolicy.KEEP),
                        MANY))
                .isEmpty();
    }
}
