package io.pigeonhole.deep.network;

import java.util.List;
import java.util.SplittableRandom;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Converts rows to the array that a graph reads, and the gradient by that array to one by the table.
 *
 * @param plan of the network
 * @param table where the table begins among the parameters
 */
record InputArrays(NetworkPlan plan, int table) {

    /** As {@link #inference}, with images moved and mirrored. */
    INDArray training(List<NetworkInput> inputs, float[] parameters, long seed) {
        if (plan.spec() instanceof NetworkSpec.Cnn cnn && (cnn.shift() > 0 || cnn.flip())) {
            float[] array = new float[inputs.size() * size(cnn)];
            SplittableRandom random = new SplittableRandom(seed);
            for (int i = 0; i < inputs.size(); i++) {
                int down = random.nextInt(2 * cnn.shift() + 1) - cnn.shift();
                int right = random.nextInt(2 * cnn.shift() + 1) - cnn.shift();
                boolean mirrored = cnn.flip() && random.nextBoolean();
                move(((NetworkInput.Pixels) inputs.get(i)).values(), cnn, down, right, mirrored, array, i * size(cnn));
            }
            return images(array, inputs.size(), cnn);
        }
        return inference(inputs, parameters);
    }

    INDArray inference(List<NetworkInput> inputs, float[] parameters) {
        if (plan.spec() instanceof NetworkSpec.Cnn cnn) {
            float[] array = new float[inputs.size() * size(cnn)];
            for (int i = 0; i < inputs.size(); i++) {
                byte[] pixels = ((NetworkInput.Pixels) inputs.get(i)).values();
                for (int j = 0; j < pixels.length; j++) {
                    array[i * pixels.length + j] = unit(pixels[j]);
                }
            }
            return images(array, inputs.size(), cnn);
        } else if (plan.spec() instanceof NetworkSpec.TextCnn text) {
            return embedded(inputs, text, parameters);
        }
        return plan.isBag() ? bags(inputs, parameters) : vectors(inputs);
    }

    private static int size(NetworkSpec.Cnn cnn) {
        return cnn.height() * cnn.width() * cnn.channels();
    }

    private static float unit(byte pixel) {
        return (pixel & 0xff) / 255f;
    }

    private static INDArray images(float[] array, int rows, NetworkSpec.Cnn cnn) {
        return Nd4j.create(array, new long[] {rows, cnn.height(), cnn.width(), cnn.channels()}, 'c');
    }

    /** What moves in over the edge is black. */
    private static void move(
            byte[] pixels, NetworkSpec.Cnn cnn, int down, int right, boolean mirrored, float[] into, int at) {
        int channels = cnn.channels();
        for (int y = 0; y < cnn.height(); y++) {
            int fromY = y - down;
            for (int x = 0; x < cnn.width(); x++) {
                int moved = x - right;
                int fromX = mirrored ? cnn.width() - 1 - moved : moved;
                boolean inside = fromY >= 0 && fromY < cnn.height() && fromX >= 0 && fromX < cnn.width();
                for (int c = 0; inside && c < channels; c++) {
                    into[at + (y * cnn.width() + x) * channels + c] =
                            unit(pixels[(fromY * cnn.width() + fromX) * channels + c]);
                }
            }
        }
    }

    private INDArray vectors(List<NetworkInput> inputs) {
        int dimension = plan.dimension();
        float[] array = new float[inputs.size() * dimension];
        for (int i = 0; i < inputs.size(); i++) {
            float[] values = ((NetworkInput.Dense) inputs.get(i)).values();
            System.arraycopy(values, 0, array, i * dimension, dimension);
        }
        return Nd4j.create(array, new long[] {inputs.size(), dimension}, 'c');
    }

    private INDArray bags(List<NetworkInput> inputs, float[] parameters) {
        int width = plan.tableWidth();
        float[] array = new float[inputs.size() * width];
        int bias = table + plan.dimension() * width;
        for (int i = 0; i < inputs.size(); i++) {
            int at = i * width;
            System.arraycopy(parameters, bias, array, at, width);
            NetworkInput.Sparse sparse = (NetworkInput.Sparse) inputs.get(i);
            for (int n = 0; n < sparse.indices().length; n++) {
                int row = table + sparse.indices()[n] * width;
                float value = sparse.values()[n];
                for (int k = 0; k < width; k++) {
                    array[at + k] += value * parameters[row + k];
                }
            }
        }
        return Nd4j.create(array, new long[] {inputs.size(), width}, 'c');
    }

    /** Shape {@code [rows, embedding, length, 1]}; where a text ends, zeros. */
    private INDArray embedded(List<NetworkInput> inputs, NetworkSpec.TextCnn text, float[] parameters) {
        int width = text.embedding();
        int length = text.length();
        float[] array = new float[inputs.size() * width * length];
        for (int i = 0; i < inputs.size(); i++) {
            int[] ids = ((NetworkInput.Tokens) inputs.get(i)).ids();
            for (int t = 0; t < ids.length; t++) {
                int row = table + (ids[t] - 1) * width;
                for (int k = 0; k < width; k++) {
                    array[(i * width + k) * length + t] = parameters[row + k];
                }
            }
        }
        return Nd4j.create(array, new long[] {inputs.size(), width, length, 1}, 'c');
    }

    /** Adds a factor times the gradient by the array to the rows of the table that it was made of. */
    void addToTable(List<NetworkInput> inputs, float[] byArray, float factor, TouchedRows gradient) {
        int width = plan.tableWidth();
        if (plan.spec() instanceof NetworkSpec.TextCnn text) {
            addTokens(inputs, byArray, factor, text, gradient);
            return;
        }
        for (int i = 0; i < inputs.size(); i++) {
            NetworkInput.Sparse sparse = (NetworkInput.Sparse) inputs.get(i);
            gradient.add(plan.dimension(), factor, byArray, i * width);
            for (int n = 0; n < sparse.indices().length; n++) {
                gradient.add(sparse.indices()[n], factor * sparse.values()[n], byArray, i * width);
            }
        }
    }

    private static void addTokens(
            List<NetworkInput> inputs, float[] byArray, float factor, NetworkSpec.TextCnn text, TouchedRows gradient) {
        int width = text.embedding();
        int length = text.length();
        for (int i = 0; i < inputs.size(); i++) {
            int[] ids = ((NetworkInput.Tokens) inputs.get(i)).ids();
            for (int t = 0; t < ids.length; t++) {
                int to = gradient.offset(ids[t] - 1);
                float[] values = gradient.values();
                for (int k = 0; k < width; k++) {
                    values[to + k] += factor * byArray[(i * width + k) * length + t];
                }
            }
        }
    }
}
