package io.pigeonhole.benchmarks.nearest;

import io.pigeonhole.benchmarks.Measurement;
import io.pigeonhole.benchmarks.Work;
import io.pigeonhole.benchmarks.Workplace;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;

/** Writes vectors around centres as a file of floats, the rows before the queries. */
final class GeneratedVectors implements Work {

    static final int ROWS = 15_000;
    static final int QUERIES = 20_000;
    static final int SIZE = 384;
    static final int NEIGHBOURS = 20;

    private static final int CENTRES = 150;

    static Path file(Workplace place) {
        return place.folder().resolve("nearest-vectors.f32");
    }

    static Path neighbours(Workplace place) {
        return place.folder().resolve("nearest-neighbours.i32");
    }

    @Override
    public Measurement.Report run(Workplace place, String setting) throws IOException {
        Random random = new Random(11);
        float[][] centres = new float[CENTRES][SIZE];
        for (float[] centre : centres) {
            for (int f = 0; f < SIZE; f++) {
                centre[f] = (float) random.nextGaussian();
            }
        }
        ByteBuffer bytes =
                ByteBuffer.allocate(Float.BYTES * SIZE * (ROWS + QUERIES)).order(ByteOrder.LITTLE_ENDIAN);
        for (int row = 0; row < ROWS + QUERIES; row++) {
            float[] centre = centres[random.nextInt(CENTRES)];
            for (int f = 0; f < SIZE; f++) {
                bytes.putFloat(centre[f] + (float) random.nextGaussian());
            }
        }
        Files.createDirectories(place.folder());
        Files.write(file(place), bytes.array());
        return new Measurement.Report("", 0, Workplace.peakMemoryMiB(), Map.of(), "");
    }
}
