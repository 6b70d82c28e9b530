package io.pigeonhole.deep.network;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.pigeonhole.transforms.PipelineException;
import java.io.Serializable;
import java.util.List;

/** What a network is made of; its input and its number of classes come from the training rows. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
    @JsonSubTypes.Type(value = NetworkSpec.Mlp.class, name = "mlp"),
    @JsonSubTypes.Type(value = NetworkSpec.Cnn.class, name = "cnn"),
    @JsonSubTypes.Type(value = NetworkSpec.TextCnn.class, name = "text_cnn"),
    @JsonSubTypes.Type(value = NetworkSpec.Custom.class, name = "custom")
})
public sealed interface NetworkSpec extends Serializable {

    /** The trainer's name in tables and configurations. */
    String code();

    /**
     * Fully connected layers over feature vectors. Where the vectors are sparse, the first layer is a table of one row for
     * each feature, of which a mini-batch reads and changes the rows of its non-zero features alone.
     *
     * @param hidden units of each hidden layer; none makes a softmax regression
     * @param dropout share of the units of each hidden layer that are left out of a training step
     * @param batchNorm whether hidden layers are normalised by mini-batch
     */
    record Mlp(List<Integer> hidden, double dropout, boolean batchNorm) implements NetworkSpec {
        public Mlp {
            hidden = positive("hidden", hidden);
            share("dropout", dropout);
        }

        @Override
        public String code() {
            return "mlp";
        }
    }

    /**
     * Blocks of convolution, rectifier and halving, then one fully connected layer. Pixels are numbers from 0 to 255 in the
     * order of rows, columns, channels.
     *
     * @param height rows of an image
     * @param width columns of an image
     * @param channels values of a pixel
     * @param filters filters of each block
     * @param kernel height and width of the convolutions, odd
     * @param hidden units of the fully connected layer
     * @param dropout share of these that are left out of a training step
     * @param batchNorm whether the convolutions are normalised by mini-batch
     * @param shift most pixels by which an image is moved, in training, along either axis
     * @param flip whether half of the images are mirrored, left to right, in training
     */
    record Cnn(
            int height,
            int width,
            int channels,
            List<Integer> filters,
            int kernel,
            int hidden,
            double dropout,
            boolean batchNorm,
            int shift,
            boolean flip)
            implements NetworkSpec {
        public Cnn {
            filters = positive("filters", filters);
            share("dropout", dropout);
            require(height > 0 && width > 0 && channels > 0, "height, width and channels must be above 0");
            require(kernel > 0 && kernel % 2 == 1, "kernel must be odd, not " + kernel);
            require(hidden > 0, "hidden must be above 0");
            require(shift >= 0 && shift < Math.min(height, width), "shift must be from 0 to below the image's size");
            require(
                    Math.min(height, width) >> filters.size() > 0,
                    "images of " + height + " x " + width + " cannot be halved " + filters.size() + " times");
        }

        @Override
        public String code() {
            return "cnn";
        }
    }

    /**
     * Convolutions of several widths over the embeddings of a text's tokens, the largest value of each filter, and a
     * softmax (Kim 2014). A token is identified by the bucket of its hash.
     *
     * @param characters whether tokens are characters; else words
     * @param buckets buckets of the hash
     * @param length tokens that are read of a text
     * @param embedding length of an embedding
     * @param windows widths of the convolutions, in tokens
     * @param filters filters of each width
     * @param dropout share of the filters that are left out of a training step
     */
    record TextCnn(
            boolean characters,
            int buckets,
            int length,
            int embedding,
            List<Integer> windows,
            int filters,
            double dropout)
            implements NetworkSpec {
        public TextCnn {
            windows = positive("windows", windows);
            share("dropout", dropout);
            require(buckets > 1 && embedding > 0 && filters > 0, "buckets, embedding and filters must be above 0");
            int longest = windows.stream().mapToInt(Integer::intValue).max().orElse(1);
            require(length >= longest, "length must be at least the widest of the windows, " + longest);
        }

        @Override
        public String code() {
            return "text_cnn";
        }
    }

    /**
     * Any network over dense feature vectors, as Deeplearning4j writes it.
     *
     * @param json of a {@code MultiLayerConfiguration} or a {@code ComputationGraphConfiguration} of one input and one
     *     output, an output layer with as many units as there are classes
     */
    record Custom(String json) implements NetworkSpec {
        @Override
        public String code() {
            return "custom";
        }
    }

    private static List<Integer> positive(String name, List<Integer> sizes) {
        require(sizes.stream().allMatch(size -> size > 0), name + " must be above 0, not " + sizes);
        return List.copyOf(sizes);
    }

    private static void share(String name, double share) {
        require(share >= 0 && share < 1, name + " must be in [0, 1), not " + share);
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw PipelineException.configuration("A network cannot be built so: " + message);
        }
    }
}
