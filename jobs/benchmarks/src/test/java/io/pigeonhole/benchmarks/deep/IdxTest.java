package io.pigeonhole.benchmarks.deep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdxTest {

    private static Path file(Path folder, int... bytes) throws IOException {
        Path file = folder.resolve("idx.gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
            for (int one : bytes) {
                out.write(one);
            }
        }
        return file;
    }

    /** As the format's description has it: magic number, sizes with the most significant byte first, values. */
    @Test
    void two_images_of_one_row_and_three_columns(@TempDir Path folder) throws IOException {
        Path file = file(folder, 0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 3, 1, 2, 255, 4, 5, 6);
        assertThat(Idx.read(file).items()).isDeepEqualTo(new byte[][] {{1, 2, (byte) 255}, {4, 5, 6}});
    }

    @Test
    void labels_are_a_byte_each(@TempDir Path folder) throws IOException {
        assertThat(Idx.read(file(folder, 0, 0, 8, 1, 0, 0, 0, 3, 9, 0, 7)).items())
                .isDeepEqualTo(new byte[][] {{9}, {0}, {7}});
    }

    @Test
    void other_numbers_than_unsigned_bytes_are_refused(@TempDir Path folder) throws IOException {
        Path file = file(folder, 0, 0, 0x0d, 1, 0, 0, 0, 0);
        assertThatThrownBy(() -> Idx.read(file)).hasMessageContaining("not an IDX file of unsigned bytes");
    }
}
