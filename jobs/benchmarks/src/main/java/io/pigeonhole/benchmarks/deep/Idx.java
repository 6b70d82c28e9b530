package io.pigeonhole.benchmarks.deep;

import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;

/**
 * A file of unsigned bytes in the IDX format of MNIST, compressed.
 *
 * @param items by the first dimension, the others flattened in their order
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Idx(byte[][] items) {

    /** The first three bytes of the magic number: two of zero, and the code of unsigned bytes. */
    private static final int UNSIGNED_BYTES = 0x08;

    static Idx read(Path file) throws IOException {
        try (DataInputStream in = new DataInputStream(new GZIPInputStream(Files.newInputStream(file), 1 << 16))) {
            int magic = in.readInt();
            if (magic >>> 8 != UNSIGNED_BYTES) {
                throw new IOException(file + " is not an IDX file of unsigned bytes");
            }
            byte[][] items = new byte[in.readInt()][];
            int size = 1;
            for (int dimension = 1; dimension < (magic & 0xff); dimension++) {
                size *= in.readInt();
            }
            for (int i = 0; i < items.length; i++) {
                items[i] = new byte[size];
                in.readFully(items[i]);
            }
            return new Idx(items);
        }
    }
}
