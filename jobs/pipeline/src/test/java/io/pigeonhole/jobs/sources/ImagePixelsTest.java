package io.pigeonhole.jobs.sources;

import static org.assertj.core.api.Assertions.assertThat;

import io.pigeonhole.jobs.DeltaTest;
import io.pigeonhole.jobs.configuration.SourceConfig;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImagePixelsTest extends DeltaTest {

    private final ImagePixels pixels = new ImagePixels();

    @Test
    void imageFilesBecomeRowsWithTheirFolderAsLabel(@TempDir Path folder) throws IOException {
        for (String label : List.of("dark", "light")) {
            Files.createDirectories(folder.resolve(label));
            Files.write(folder.resolve(label + "/1.png"), file(grey(label.equals("dark") ? 20 : 200), "png"));
        }
        Files.write(folder.resolve("light/2.jpg"), new byte[] {1, 2, 3});
        SourceConfig source = Mappings.source(
                Mappings.reading(
                        "binaryFile",
                        Map.of("recursiveFileLookup", "true"),
                        folder.toString(),
                        "SELECT element_at(split(path, '/'), -2) AS folder, image_pixels(content, 1, 2, 1) AS pixels FROM input",
                        null),
                Mappings.label("folder", Map.of("pixels", "pixels")));

        List<Row> rows = Sources.of(access(), source)
                .read()
                .raw()
                .selectExpr("label", "hex(pixels)")
                .collectAsList();

        assertThat(rows)
                .containsExactlyInAnyOrder(
                        RowFactory.create("dark", "1414"),
                        RowFactory.create("light", "C8C8"),
                        RowFactory.create("light", null));
    }

    @Test
    void coloursAreKeptOrBecomeTheirLuma() throws IOException {
        BufferedImage image = new BufferedImage(2, 2, BufferedImage.TYPE_INT_RGB);
        image.setRGB(0, 0, 0xff0000);
        image.setRGB(1, 0, 0x00ff00);
        image.setRGB(0, 1, 0x0000ff);
        image.setRGB(1, 1, 0xffffff);
        byte[] file = file(image, "png");
        assertThat(pixels.call(file, 2, 2, 3)).containsExactly(255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255);
        assertThat(pixels.call(file, 2, 2, 1)).containsExactly(76, 150, 29, 255);
        assertThat(pixels.call(file, 1, 1, 3)).as("the mean of all").containsExactly(128, 128, 128);
        assertThat(pixels.call(file, 4, 2, 1)).as("larger").containsExactly(76, 150, 76, 150, 29, 255, 29, 255);
    }

    private static BufferedImage grey(int value) {
        BufferedImage image = new BufferedImage(4, 2, BufferedImage.TYPE_BYTE_GRAY);
        for (int i = 0; i < 8; i++) {
            image.getRaster().setSample(i % 4, i / 4, 0, value);
        }
        return image;
    }

    private static byte[] file(BufferedImage image, String format) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ImageIO.write(image, format, out);
        return out.toByteArray();
    }
}
