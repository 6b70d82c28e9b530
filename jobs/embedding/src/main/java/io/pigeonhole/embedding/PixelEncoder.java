package io.pigeonhole.embedding;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import io.pigeonhole.transforms.features.FeatureSpec.Pixels;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.spark.ml.linalg.Vector;
import scala.collection.Seq;

/**
 * A model of images. A number x of channel c becomes {@code (x / 255 - mean[c]) / std[c]}. The order of the model's input
 * is channels, rows, columns, as in PyTorch, or rows, columns, channels, as in TensorFlow; its declared shape tells. Where both fit, it is that of PyTorch.
 */
final class PixelEncoder implements Encoder {

    private final OnnxModel model;
    private final Pixels pixels;
    private final String input;
    private final boolean channelsLast;

    PixelEncoder(OnnxModel model, Pixels pixels) {
        this.model = model;
        this.pixels = pixels;
        Map<String, long[]> inputs = model.inputs();
        if (inputs.size() != 1) {
            throw EmbeddingErrors.otherInputs(model.location(), inputs.keySet(), "the pixels of one image");
        }
        Map.Entry<String, long[]> only = inputs.entrySet().iterator().next();
        this.input = only.getKey();
        this.channelsLast = channelsLast(only.getValue());
    }

    private boolean channelsLast(long[] shape) {
        boolean first = fits(shape, 1, pixels.channels(), pixels.height(), pixels.width());
        boolean last = fits(shape, 1, pixels.height(), pixels.width(), pixels.channels());
        if (!first && !last) {
            throw EmbeddingErrors.otherInputs(
                    model.location(),
                    List.of(input + " of the shape " + Arrays.toString(shape)),
                    "images of " + pixels.height() + " x " + pixels.width() + " pixels with " + pixels.channels()
                            + " channels");
        }
        return !first;
    }

    private static boolean fits(long[] shape, long... wanted) {
        boolean fits = shape.length == wanted.length;
        for (int i = 0; fits && i < wanted.length; i++) {
            fits = shape[i] < 0 || shape[i] == wanted[i];
        }
        return fits;
    }

    @Override
    public float[] encode(Object value) {
        float[] image = image(value);
        if (image.length != pixels.size()) {
            throw EmbeddingErrors.otherSize(image.length, pixels.size());
        }
        long[] shape = channelsLast
                ? new long[] {1, pixels.height(), pixels.width(), pixels.channels()}
                : new long[] {1, pixels.channels(), pixels.height(), pixels.width()};
        try (OnnxTensor tensor = OnnxTensor.createTensor(model.environment(), FloatBuffer.wrap(scaled(image)), shape)) {
            return model.vector(Map.of(input, tensor));
        } catch (OrtException e) {
            throw EmbeddingErrors.notOnnx(model.location(), String.valueOf(e.getMessage()));
        }
    }

    /** The numbers in the order of the model. */
    private float[] scaled(float[] image) {
        int channels = pixels.channels();
        int places = pixels.height() * pixels.width();
        float[] scaled = new float[image.length];
        for (int place = 0; place < places; place++) {
            for (int channel = 0; channel < channels; channel++) {
                double value = image[place * channels + channel] / 255.0;
                scaled[channelsLast ? place * channels + channel : channel * places + place] = (float)
                        ((value - pixels.mean().get(channel)) / pixels.std().get(channel));
            }
        }
        return scaled;
    }

    /** The numbers of an image, by rows, columns and channels. */
    private static float[] image(Object value) {
        if (value instanceof byte[] bytes) {
            float[] numbers = new float[bytes.length];
            for (int i = 0; i < numbers.length; i++) {
                numbers[i] = bytes[i] & 0xff;
            }
            return numbers;
        } else if (value instanceof Vector vector) {
            float[] numbers = new float[vector.size()];
            for (int i = 0; i < numbers.length; i++) {
                numbers[i] = (float) vector.apply(i);
            }
            return numbers;
        } else if (value instanceof Seq<?> seq) {
            float[] numbers = new float[seq.length()];
            for (int i = 0; i < numbers.length; i++) {
                numbers[i] = seq.apply(i) instanceof Number number ? number.floatValue() : 0;
            }
            return numbers;
        }
        throw new IllegalArgumentException("not an image: " + value.getClass().getName());
    }
}
