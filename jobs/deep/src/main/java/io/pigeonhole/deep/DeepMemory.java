package io.pigeonhole.deep;

import io.pigeonhole.deep.network.NetworkSpec;
import java.util.ArrayList;
import java.util.List;

/** The memory that the training of a network needs, estimated before its rows are read. */
public final class DeepMemory {

    /** Arrays of the driver: the common parameters, their mean, the outer momentum. */
    private static final int ARRAYS_OF_DRIVER = 3;

    private DeepMemory() {}

    /** Bytes of the arrays that the driver holds for so many parameters in single precision. */
    public static long onDriver(long parameters) {
        return ARRAYS_OF_DRIVER * (long) Float.BYTES * parameters;
    }

    /**
     * Number of parameters, biases included; those of a network given as Deeplearning4j's JSON are not counted.
     *
     * @param dimension length of the feature vectors, which images and texts have none of
     * @param classes units of the last layer
     */
    public static long parameters(NetworkSpec spec, long dimension, long classes) {
        if (spec instanceof NetworkSpec.Mlp mlp) {
            List<Long> widths = new ArrayList<>(List.of(dimension));
            mlp.hidden().forEach(units -> widths.add((long) units));
            widths.add(classes);
            return layers(widths);
        }
        if (spec instanceof NetworkSpec.TextCnn text) {
            long sum = (long) text.buckets() * text.embedding();
            for (int window : text.windows()) {
                sum += layers(List.of((long) window * text.embedding(), (long) text.filters()));
            }
            return sum + layers(List.of((long) text.windows().size() * text.filters(), classes));
        }
        if (spec instanceof NetworkSpec.Cnn cnn) {
            long sum = 0;
            long channels = cnn.channels();
            for (int filters : cnn.filters()) {
                sum += layers(List.of(channels * cnn.kernel() * cnn.kernel(), (long) filters));
                channels = filters;
            }
            int blocks = cnn.filters().size();
            long flat = (long) (cnn.height() >> blocks) * (cnn.width() >> blocks) * channels;
            return sum + layers(List.of(flat, (long) cnn.hidden(), classes));
        }
        return 0;
    }

    /** Fully connected layers, one from each width to the next. */
    private static long layers(List<Long> widths) {
        long sum = 0;
        for (int i = 1; i < widths.size(); i++) {
            sum += (widths.get(i - 1) + 1) * widths.get(i);
        }
        return sum;
    }
}
