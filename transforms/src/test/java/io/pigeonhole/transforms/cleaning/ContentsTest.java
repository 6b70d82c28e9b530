package io.pigeonhole.transforms.cleaning;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;
import static org.assertj.core.api.Assertions.assertThat;

import io.pigeonhole.transforms.SparkTest;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.text.Normalizer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.junit.jupiter.api.Test;

/** What a hash of contents tells apart, and white space. */
class ContentsTest extends SparkTest {

    private static List<String> hashes(Dataset<Row> rows, String... columns) {
        return rows.select(Contents.hash(rows.schema(), List.of(columns))).collectAsList().stream()
                .map(row -> row.getString(0))
                .toList();
    }

    @Test
    void rowsThatDifferInAnyNumberOrInWhichIsMissingHaveOtherHashes() {
        Dataset<Row> rows = table(
                "a DOUBLE, b DOUBLE, c FLOAT, d STRING",
                RowFactory.create(1.0, 2.0, 3.0F, "x"),
                RowFactory.create(2.0, 1.0, 3.0F, "x"),
                RowFactory.create(1.0, Math.nextUp(2.0), 3.0F, "x"),
                RowFactory.create(1.0, 2.0, Math.nextUp(3.0F), "x"),
                RowFactory.create(1.0, 2.0, 3.0F, null),
                RowFactory.create(null, 2.0, 3.0F, "x"),
                RowFactory.create(2.0, null, 3.0F, "x"),
                RowFactory.create(2.0, 3.0, null, "x"),
                RowFactory.create(Double.NaN, 2.0, 3.0F, "x"),
                RowFactory.create(Double.POSITIVE_INFINITY, 2.0, 3.0F, "x"),
                RowFactory.create(null, null, null, null));
        assertThat(hashes(rows, "a", "b", "c", "d")).doesNotHaveDuplicates().hasSize(11);
        assertThat(hashes(rows.limit(1), "a", "b", "c", "d"))
                .as("the order of the columns of numbers counts")
                .isNotEqualTo(hashes(rows.limit(1), "b", "a", "c", "d"));
        Dataset<Row> zeros = table("a DOUBLE", RowFactory.create(0.0), RowFactory.create(-0.0));
        assertThat(hashes(zeros, "a"))
                .hasSize(2)
                .containsOnly(hashes(zeros, "a").get(0));
    }

    @Test
    void theBytesAreThoseThatAreDocumented() throws NoSuchAlgorithmException {
        Dataset<Row> rows = table(
                "a DOUBLE, b FLOAT, c ARRAY<DOUBLE>, n INT, d STRING",
                RowFactory.create(0.1, null, new Double[] {0.1, null}, 7, "x\"y"));
        ByteBuffer bytes = ByteBuffer.allocate(100);
        bytes.putInt(2).put((byte) 1).putLong(0x3FB999999999999AL).put((byte) 0);
        bytes.putInt(2).put((byte) 1).putLong(0x3FB999999999999AL).put((byte) 0);
        bytes.put("{\"n\":7,\"d\":\"x\\\"y\"}".getBytes(StandardCharsets.UTF_8));
        assertThat(hashes(rows, "a", "b", "c", "n", "d"))
                .containsExactly(HexFormat.of()
                        .formatHex(MessageDigest.getInstance("SHA-256")
                                .digest(Arrays.copyOf(bytes.array(), bytes.position()))));
    }

    @Test
    void whatCannotBeSeenAtTheEndsIsWhatUnicodeCallsSpaceControlOrFormat() {
        Dataset<Row> characters = spark.range(1, 0x10000)
                .where("id < 55296 OR id > 57343")
                .select(expr("decode(unhex(lpad(hex(id), 4, '0')), 'UTF-16BE')").as("c"))
                .select(expr("concat(c, ' ', c, 'a', c, 'b', c)").as("text"));
        List<Row> labels = characters
                .select(
                        Labels.strip(col("text")).as("stripped"),
                        expr("regexp_replace(text, '^[\\\\s\\\\p{Z}\\\\p{Cc}\\\\p{Cf}]+|[\\\\s\\\\p{Z}\\\\p{Cc}\\\\p{Cf}]+$', '')")
                                .as("expected"))
                .collectAsList();
        assertThat(labels)
                .hasSize(65535 - 2048)
                .allMatch(row -> row.getString(0).equals(Normalizer.normalize(row.getString(1), Normalizer.Form.NFC)));
    }
}
