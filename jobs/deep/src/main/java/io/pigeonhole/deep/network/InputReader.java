package io.pigeonhole.deep.network;

import io.pigeonhole.transforms.PipelineException;
import java.io.Serializable;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.apache.spark.ml.linalg.SparseVector;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/**
 * Turns the values of a column into what a kind of network reads: vectors, arrays of numbers, bytes or texts.
 *
 * @param spec the network
 * @param sparse whether vectors are kept sparse
 * @param dimension length that vectors must have
 */
public record InputReader(NetworkSpec spec, boolean sparse, int dimension) implements Serializable {

    private static final Pattern WORD = Pattern.compile("[^\\p{L}\\p{N}']+");

    /** The value of a column of a row. */
    public NetworkInput read(Row row, int column) {
        return read(row.isNullAt(column) ? null : row.get(column));
    }

    public NetworkInput read(@Nullable Object value) {
        if (spec instanceof NetworkSpec.TextCnn text) {
            return tokens(text, value == null ? "" : value.toString());
        }
        if (value == null) {
            throw PipelineException.dataContract(
                    "A row has no value in the column that the network reads. Leave such rows out.");
        }
        if (spec instanceof NetworkSpec.Cnn cnn) {
            return pixels(cnn, value);
        }
        if (sparse && value instanceof Vector vector) {
            requireSize(vector.size());
            SparseVector sparseVector = vector.toSparse();
            return new NetworkInput.Sparse(sparseVector.indices(), floats(sparseVector.values()));
        }
        float[] numbers = numbers(value);
        requireSize(numbers.length);
        return new NetworkInput.Dense(numbers);
    }

    private void requireSize(int size) {
        if (size != dimension) {
            throw new IllegalArgumentException("the network was trained on " + dimension + " features, not on " + size);
        }
    }

    /** Words in lower case, or characters, by the bucket of their hash. */
    private static NetworkInput tokens(NetworkSpec.TextCnn spec, String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        int[] ids = spec.characters()
                ? lower.codePoints()
                        .limit(spec.length())
                        .map(point -> bucket(spec, Integer.toString(point)))
                        .toArray()
                : WORD.splitAsStream(lower)
                        .filter(word -> !word.isEmpty())
                        .limit(spec.length())
                        .mapToInt(word -> bucket(spec, word))
                        .toArray();
        return new NetworkInput.Tokens(ids);
    }

    private static int bucket(NetworkSpec.TextCnn spec, String token) {
        return 1 + Math.floorMod(Mixing.hash(token), spec.buckets());
    }

    private static NetworkInput pixels(NetworkSpec.Cnn cnn, Object value) {
        int size = cnn.height() * cnn.width() * cnn.channels();
        byte[] bytes;
        if (value instanceof byte[] raw) {
            bytes = raw;
        } else {
            float[] numbers = numbers(value);
            bytes = new byte[numbers.length];
            for (int i = 0; i < numbers.length; i++) {
                bytes[i] = (byte) pixel(numbers[i]);
            }
        }
        if (bytes.length != size) {
            throw PipelineException.dataContract("An image has " + bytes.length + " values, but " + cnn.height() + " x "
                    + cnn.width() + " pixels of " + cnn.channels() + " channels are " + size
                    + ". Give the network the images' height, width and channels, or leave such rows out.");
        }
        return new NetworkInput.Pixels(bytes);
    }

    private static int pixel(float value) {
        if (!(value >= 0 && value <= 255)) {
            throw PipelineException.dataContract("A pixel is " + value
                    + ", but pixels are numbers from 0 to 255. Scale them, or leave such rows out.");
        }
        return Math.round(value);
    }

    /** The numbers of an array or vector. */
    public static float[] numbers(Object value) {
        if (value instanceof Vector vector) {
            return floats(vector.toArray());
        }
        if (value instanceof scala.collection.Seq<?> sequence) {
            List<?> list = scala.jdk.javaapi.CollectionConverters.asJava(sequence);
            float[] numbers = new float[list.size()];
            for (int i = 0; i < numbers.length; i++) {
                numbers[i] = list.get(i) instanceof Number number ? number.floatValue() : Float.NaN;
            }
            return numbers;
        }
        throw PipelineException.dataContract("A network reads vectors or arrays of numbers, not "
                + value.getClass().getSimpleName() + ". Name another column.");
    }

    private static float[] floats(double[] values) {
        float[] floats = new float[values.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) values[i];
        }
        return floats;
    }
}
