package io.pigeonhole.training.sparkml;

import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.Summary;
import org.jspecify.annotations.Nullable;
import scala.jdk.javaapi.CollectionConverters;

/**
 * A hash over all numbers of a fitted model, in the form in which Spark sends it to executors. Names that Spark draws at
 * random are left out, and so are summaries of the training, which hold its rows.
 */
final class StateHash {

    /** A name as {@code Identifiable.randomUID} draws it. */
    private static final Pattern DRAWN = Pattern.compile("_[0-9a-f]{12}");

    private StateHash() {}

    /**
     * The hash and the size.
     *
     * @param sha256 in hexadecimal
     * @param bytes of the form that was hashed
     */
    record State(String sha256, long bytes) {}

    /** @param beginning a text that is hashed before the model */
    static State of(String beginning, Object model) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(beginning.getBytes(StandardCharsets.UTF_8));
            Counted counted = new Counted(new DigestOutputStream(OutputStream.nullOutputStream(), digest));
            try (ObjectOutputStream out = new Nameless(counted)) {
                out.writeObject(model);
            }
            return new State(HexFormat.of().formatHex(digest.digest()), counted.bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        } catch (IOException e) {
            throw new UncheckedIOException("a model of " + model.getClass() + " cannot be hashed", e);
        }
    }

    private static final class Counted extends OutputStream {

        private final OutputStream out;
        private long bytes;

        Counted(OutputStream out) {
            this.out = out;
        }

        @Override
        public void write(int b) throws IOException {
            bytes++;
            out.write(b);
        }

        @Override
        public void write(byte[] buffer, int offset, int length) throws IOException {
            bytes += length;
            out.write(buffer, offset, length);
        }

        @Override
        public void close() throws IOException {
            out.close();
        }
    }

    private static final class Nameless extends ObjectOutputStream {

        Nameless(OutputStream out) throws IOException {
            super(out);
            enableReplaceObject(true);
        }

        @Override
        protected @Nullable Object replaceObject(Object object) {
            if (object instanceof String text) {
                return withoutDrawnNames(text);
            } else if (object instanceof ParamMap map) {
                // the order of its entries depends on the names
                return CollectionConverters.asJava(map.toSeq()).stream()
                        .map(pair -> pair.param().name() + "=" + text(pair.value()))
                        .sorted()
                        .collect(Collectors.joining("\n"));
            }
            return object instanceof Summary ? null : object;
        }

        private static String withoutDrawnNames(String text) {
            // equal texts become one object, since a repeated object is written as a reference
            return DRAWN.matcher(text).replaceAll("").intern();
        }

        private static String text(Object value) {
            if (value instanceof int[] numbers) {
                return Arrays.toString(numbers);
            } else if (value instanceof double[] numbers) {
                return Arrays.toString(numbers);
            } else if (value instanceof Object[] values) {
                return Arrays.toString(values);
            }
            return withoutDrawnNames(String.valueOf(value));
        }
    }
}
