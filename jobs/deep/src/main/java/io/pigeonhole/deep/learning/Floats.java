package io.pigeonhole.deep.learning;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;

/** Arrays as bytes: their length, and four bytes for each number. */
final class Floats {

    private Floats() {}

    static void write(DataOutputStream out, float[] values) throws IOException {
        byte[] bytes = Compression.NONE.encode(values);
        out.writeInt(values.length);
        out.write(bytes);
    }

    static float[] read(DataInputStream in) throws IOException {
        byte[] bytes = new byte[4 * in.readInt()];
        in.readFully(bytes);
        return Compression.NONE.decode(bytes);
    }
}
