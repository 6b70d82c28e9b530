package io.pigeonhole.jobs;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.zip.GZIPOutputStream;

/** Writes files in the IDX format of MNIST. */
public final class IdxFiles {

    private IdxFiles() {}

    /** Writes an uncompressed file: the magic number and the dimensions, followed by the values. */
    public static Path write(Path file, int magic, int[] dimensions, byte[] values) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeInt(magic);
            for (int dimension : dimensions) {
                out.writeInt(dimension);
            }
            out.write(values);
            return Files.write(file, bytes.toByteArray());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes a compressed file of images and a file of labels with the same name. */
    public static void write(Path folder, String name, int rows, int columns, byte[] pixels, byte[] labels) {
        int[] dimensions = {labels.length, rows, columns};
        zip(write(folder.resolve(name), 0x803, dimensions, pixels), folder.resolve(name + ".gz"));
        write(folder.resolve(name + "-labels"), 0x801, new int[] {labels.length}, labels);
    }

    private static void zip(Path plain, Path zipped) {
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(zipped))) {
            Files.copy(plain, out);
            Files.delete(plain);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Noise with a bright bar: vertical for label 0, horizontal for label 1, none for label 2. */
    static byte[] bars(int images, int size, long seed) {
        Random random = new Random(seed);
        byte[] pixels = new byte[images * size * size];
        for (int i = 0; i < images; i++) {
            int at = 1 + random.nextInt(size - 2);
            for (int y = 0; y < size; y++) {
                for (int x = 0; x < size; x++) {
                    boolean inBar = (i % 3 == 0 && x == at) || (i % 3 == 1 && y == at);
                    pixels[(i * size + y) * size + x] = (byte) (random.nextInt(100) + (inBar ? 150 : 0));
                }
            }
        }
        return pixels;
    }

    static byte[] labels(int images) {
        byte[] labels = new byte[images];
        for (int i = 0; i < images; i++) {
            labels[i] = (byte) (i % 3);
        }
        return labels;
    }
}
