package io.pigeonhole.embedding;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * ONNX models of a few hundred bytes, written by hand as protocol buffers; the numbers of the fields are those of
 * {@code onnx.proto}. Their vectors can be computed in the head.
 */
public final class TinyModels {

    private static final int FLOAT = 1;
    private static final int INT64 = 7;

    private TinyModels() {}

    /** Tokens of {@link #vocabulary}, one a line. */
    public static final List<String> TOKENS =
            List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "red", "green", "blue", "apple", "pear", "##s", "ap", "!");

    /** A {@code vocab.txt}. */
    public static byte[] vocabulary() {
        return vocabulary(TOKENS);
    }

    /** The {@code vocab.txt} of some tokens. */
    public static byte[] vocabulary(List<String> tokens) {
        return String.join("\n", tokens).getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Gives each token its row of a table, as {@code last_hidden_state}; row i is (i, 1, -i / 2).
     *
     * @param factor of all numbers
     */
    public static byte[] ofTexts(float factor) {
        float[][] table = new float[TOKENS.size()][];
        for (int i = 0; i < table.length; i++) {
            table[i] = new float[] {factor * i, factor, -factor * i / 2};
        }
        return ofTexts(table);
    }

    /** Gives each token its row of a table, as {@code last_hidden_state}. */
    public static byte[] ofTexts(float[][] rows) {
        int size = rows[0].length;
        float[] table = new float[rows.length * size];
        for (int i = 0; i < rows.length; i++) {
            System.arraycopy(rows[i], 0, table, i * size, size);
        }
        Message graph = new Message()
                .message(1, node("Gather", List.of("table", "input_ids"), List.of("last_hidden_state")))
                .text(2, "texts")
                .message(5, tensor("table", table, rows.length, size))
                .message(11, value("input_ids", INT64, -1, -1))
                .message(11, value("attention_mask", INT64, -1, -1))
                .message(12, value("last_hidden_state", FLOAT, -1, -1, size));
        return model(graph);
    }

    /** Two outputs: the table's rows as {@code rows}, and the first token's as {@code first}, of one dimension less. */
    public static byte[] ofTwoOutputs() {
        Message graph = new Message()
                .message(1, node("Gather", List.of("table", "input_ids"), List.of("rows")))
                .message(
                        1,
                        node("ReduceMax", List.of("rows"), List.of("first"))
                                .message(
                                        5,
                                        new Message()
                                                .text(1, "axes")
                                                .varint(8, 1)
                                                .varint(20, 7))
                                .message(
                                        5,
                                        new Message()
                                                .text(1, "keepdims")
                                                .varint(3, 0)
                                                .varint(20, 2)))
                .text(2, "two")
                .message(5, tensor("table", new float[] {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}, TOKENS.size(), 1))
                .message(11, value("input_ids", INT64, -1, -1))
                .message(12, value("rows", FLOAT, -1, -1, 1))
                .message(12, value("first", FLOAT, -1, 1));
        return model(graph);
    }

    /** Gives the numbers of a 1 x 2 image with two channels, in the order in which the model receives them. */
    public static byte[] ofImages(boolean channelsLast) {
        Message graph = new Message()
                .message(1, node("Flatten", List.of("image"), List.of("numbers")))
                .text(2, "images")
                .message(11, channelsLast ? value("image", FLOAT, -1, 1, 2, 2) : value("image", FLOAT, -1, 2, -1, 2))
                .message(12, value("numbers", FLOAT, -1, 4));
        return model(graph);
    }

    private static byte[] model(Message graph) {
        return new Message()
                .varint(1, 8)
                .message(7, graph)
                .message(8, new Message().text(1, "").varint(2, 13))
                .bytes();
    }

    private static Message node(String operator, List<String> inputs, List<String> outputs) {
        Message node = new Message();
        inputs.forEach(input -> node.text(1, input));
        outputs.forEach(output -> node.text(2, output));
        return node.text(4, operator);
    }

    private static Message tensor(String name, float[] values, long... shape) {
        ByteBuffer raw = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            raw.putFloat(value);
        }
        Message tensor = new Message();
        for (long length : shape) {
            tensor.varint(1, length);
        }
        return tensor.varint(2, FLOAT).text(8, name).raw(9, raw.array());
    }

    /** An input or output; a negative length varies. */
    private static Message value(String name, int type, long... shape) {
        Message dimensions = new Message();
        for (long length : shape) {
            dimensions.message(1, length < 0 ? new Message().text(2, "n") : new Message().varint(1, length));
        }
        Message tensor = new Message().varint(1, type).message(2, dimensions);
        return new Message().text(1, name).message(2, new Message().message(1, tensor));
    }

    /** A message of protocol buffers. */
    private static final class Message {

        private final ByteArrayOutputStream out = new ByteArrayOutputStream();

        Message varint(int field, long value) {
            number((long) field << 3);
            number(value);
            return this;
        }

        Message text(int field, String value) {
            return raw(field, value.getBytes(StandardCharsets.UTF_8));
        }

        Message message(int field, Message value) {
            return raw(field, value.bytes());
        }

        Message raw(int field, byte[] value) {
            number((long) field << 3 | 2);
            number(value.length);
            out.writeBytes(value);
            return this;
        }

        private void number(long value) {
            long rest = value;
            while (rest >>> 7 != 0) {
                out.write((int) ((rest & 0x7f) | 0x80));
                rest >>>= 7;
            }
            out.write((int) rest);
        }

        byte[] bytes() {
            return out.toByteArray();
        }
    }
}
