package io.pigeonhole.deep.learning;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Locale;

/** How numbers are encoded for sending. */
public enum Compression {
    /** As they are: four bytes each. */
    NONE {
        @Override
        public byte[] encode(float[] values) {
            byte[] bytes = new byte[4 * values.length];
            ByteBuffer buffer = buffer(bytes);
            buffer.asFloatBuffer().put(values);
            return bytes;
        }

        @Override
        float[] decode(byte[] bytes) {
            float[] values = new float[bytes.length / 4];
            ByteBuffer.wrap(bytes)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .asFloatBuffer()
                    .get(values);
            return values;
        }
    },
    /** The upper two bytes of a float, rounded: eight bits of precision over the whole range. */
    BFLOAT16 {
        @Override
        public byte[] encode(float[] values) {
            byte[] bytes = new byte[2 * values.length];
            ByteBuffer buffer = buffer(bytes);
            for (float value : values) {
                int bits = Float.floatToRawIntBits(value);
                int rounded = bits + 0x7fff + ((bits >>> 16) & 1);
                buffer.putShort((short) (rounded >>> 16));
            }
            return bytes;
        }

        @Override
        float[] decode(byte[] bytes) {
            ByteBuffer buffer = buffer(bytes);
            float[] values = new float[bytes.length / 2];
            for (int i = 0; i < values.length; i++) {
                values[i] = Float.intBitsToFloat(buffer.getShort() << 16);
            }
            return values;
        }
    },
    /** One byte each, and for every 256 of them the largest magnitude. */
    INT8 {
        @Override
        public byte[] encode(float[] values) {
            int groups = (values.length + GROUP - 1) / GROUP;
            byte[] bytes = new byte[values.length + 4 * groups];
            ByteBuffer buffer = buffer(bytes);
            for (int from = 0; from < values.length; from += GROUP) {
                int to = Math.min(values.length, from + GROUP);
                float largest = 0;
                for (int i = from; i < to; i++) {
                    largest = Math.max(largest, Math.abs(values[i]));
                }
                buffer.putFloat(largest);
                for (int i = from; i < to; i++) {
                    buffer.put((byte) (largest == 0 ? 0 : Math.round(values[i] / largest * 127)));
                }
            }
            return bytes;
        }

        @Override
        float[] decode(byte[] bytes) {
            int groups = (bytes.length + GROUP + 3) / (GROUP + 4);
            float[] values = new float[bytes.length - 4 * groups];
            ByteBuffer buffer = buffer(bytes);
            for (int from = 0; from < values.length; from += GROUP) {
                float largest = buffer.getFloat();
                for (int i = from; i < Math.min(values.length, from + GROUP); i++) {
                    values[i] = buffer.get() * largest / 127;
                }
            }
            return values;
        }
    };

    private static final int GROUP = 256;

    public abstract byte[] encode(float[] values);

    abstract float[] decode(byte[] bytes);

    private static ByteBuffer buffer(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Its name in configurations. */
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }
}
