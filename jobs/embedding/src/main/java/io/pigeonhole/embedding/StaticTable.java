package io.pigeonhole.embedding;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A vector for each token of a vocabulary.
 *
 * @param size numbers of a vector
 * @param values of token i from {@code i * size}
 */
@SuppressWarnings("ArrayRecordComponent") // as large as a model: never copied
record StaticTable(int size, float[] values) {

    private static final int MAGIC = 0x70685354;

    private static final int HEADER = 3 * Integer.BYTES;

    int tokens() {
        return values.length / size;
    }

    /** The table as a file: a mark, the numbers of tokens and of numbers of a vector, and all numbers, little-endian. */
    byte[] bytes() {
        ByteBuffer bytes = ByteBuffer.allocate(HEADER + Float.BYTES * values.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(MAGIC)
                .putInt(tokens())
                .putInt(size);
        for (float value : values) {
            bytes.putFloat(value);
        }
        return bytes.array();
    }

    static StaticTable of(String location, byte[] file) {
        ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        if (file.length < HEADER || bytes.getInt() != MAGIC) {
            throw new IllegalStateException(location + " is no table of tokens");
        }
        int tokens = bytes.getInt();
        int size = bytes.getInt();
        float[] values = new float[tokens * size];
        bytes.asFloatBuffer().get(values);
        return new StaticTable(size, values);
    }
}
