package io.pigeonhole.jobs.sources;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pigeonhole.jobs.DeltaTest;
import io.pigeonhole.jobs.IdxFiles;
import io.pigeonhole.jobs.configuration.SourceConfig;
import io.pigeonhole.jobs.configuration.SourceConfig.Idx.Part;
import io.pigeonhole.transforms.PipelineException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdxSourceTest extends DeltaTest {

    private static final int ROWS = 2;
    private static final int COLUMNS = 3;

    @TempDir
    private Path folder = Path.of("none");

    private final byte[] pixels = new byte[5 * ROWS * COLUMNS];

    @BeforeEach
    void writeFiles() {
        new Random(1).nextBytes(pixels);
        IdxFiles.write(folder, "some", ROWS, COLUMNS, pixels, new byte[] {0, 1, (byte) 200, 1, 0});
    }

    private SourceConfig.Idx source(String images, String labels) {
        Part part = new Part(
                Optional.of("train"),
                folder.resolve(images).toString(),
                folder.resolve(labels).toString());
        return new SourceConfig.Idx("shapes", List.of(part), List.of("round", "square"));
    }

    private List<Row> rows(SourceConfig source, String... columns) {
        return Sources.of(access(), source)
                .read()
                .raw()
                .selectExpr(columns)
                .orderBy("example_id")
                .collectAsList();
    }

    private void assertRefused(SourceConfig source, String... messages) {
        assertThatThrownBy(() -> rows(source, "example_id", "pixels")).satisfies(failure -> {
            Throwable cause = failure;
            while (cause.getCause() != null && !(cause instanceof PipelineException)) {
                cause = cause.getCause();
            }
            assertThat(cause)
                    .isInstanceOfSatisfying(
                            PipelineException.class,
                            e -> assertThat(e.category()).isEqualTo(PipelineException.Category.DATA_CONTRACT))
                    .hasMessageContainingAll(messages);
        });
    }

    @Test
    void imagesGetTheNamesOfTheirLabelsAndNumbersWithoutANameAreErrorsOfTheirRows() {
        SourceConfig.Idx source = source("some.gz", "some-labels");
        assertThat(rows(source, "example_id", "label", "split", "parse_error"))
                .containsExactly(
                        RowFactory.create("shapes/some/0", "round", "train", null),
                        RowFactory.create("shapes/some/1", "square", "train", null),
                        RowFactory.create(
                                "shapes/some/2",
                                null,
                                "train",
                                "label number 200 has no name: the source names 2, from 0 on"),
                        RowFactory.create("shapes/some/3", "square", "train", null),
                        RowFactory.create("shapes/some/4", "round", "train", null));
        assertThat(rows(source, "example_id", "pixels"))
                .extracting(row -> row.<byte[]>getAs("pixels"))
                .containsExactly(parts(pixels));
        assertThat(rows(source, "example_id", "raw").get(2).getString(1))
                .isEqualTo("{\"file\":\"some\",\"place\":2,\"number\":200}");
        assertThat(rows(new SourceConfig.Idx("shapes", source.parts(), List.of()), "example_id", "label"))
                .extracting(row -> row.getString(1))
                .containsExactly("0", "1", "200", "1", "0");
        assertThat(Sources.of(access(), source).schema().catalogString())
                .isEqualTo(Sources.of(access(), source).read().raw().schema().catalogString());
    }

    private static byte[][] parts(byte[] pixels) {
        int size = ROWS * COLUMNS;
        byte[][] parts = new byte[pixels.length / size][];
        for (int i = 0; i < parts.length; i++) {
            parts[i] = Arrays.copyOfRange(pixels, i * size, (i + 1) * size);
        }
        return parts;
    }

    @Test
    void aFileThatChangesIsAnotherInput() throws IOException {
        SourceConfig.Idx source = source("some.gz", "some-labels");
        String before = Sources.of(access(), source).inputs().get(0).fingerprint();
        assertThat(before).startsWith("2 files, ");
        assertThat(Sources.of(access(), source).inputs().get(0).fingerprint()).isEqualTo(before);
        Files.write(folder.resolve("some-labels"), new byte[] {1, 2, 3});
        assertThat(Sources.of(access(), source).inputs().get(0).fingerprint()).isNotEqualTo(before);
    }

    @Test
    void filesThatAreNotWhatTheyShouldBeAreRefused() throws IOException {
        assertRefused(
                source("some-labels", "some.gz"), "Source 'shapes'", "begins with 0x00000801, not with 0x00000803");
        assertRefused(source("none.gz", "some-labels"), "none.gz", "Check that");

        IdxFiles.write(folder.resolve("fewer"), 0x801, new int[] {4}, new byte[4]);
        assertRefused(source("some.gz", "fewer"), "holds 5 images, but", "fewer holds 4 labels");

        IdxFiles.write(folder.resolve("short"), 0x801, new int[] {5}, new byte[4]);
        assertRefused(source("some.gz", "short"), "short is cut off or damaged");
        IdxFiles.write(folder.resolve("long"), 0x801, new int[] {5}, new byte[6]);
        assertRefused(source("some.gz", "long"), "goes on behind the 5 items");

        byte[] zipped = Files.readAllBytes(folder.resolve("some.gz"));
        Files.write(folder.resolve("cut.gz"), Arrays.copyOf(zipped, zipped.length - 20));
        assertRefused(source("cut.gz", "some-labels"), "cut.gz is cut off or damaged");
    }
}
