package io.pigeonhole.transforms.features;

import io.pigeonhole.transforms.ColumnNames;
import io.pigeonhole.transforms.PipelineException;
import java.io.Serializable;
import java.util.List;
import java.util.Optional;

/**
 * How one or more columns of the examples become features; {@link Features#pipeline} turns a list of these into stages.
 */
public sealed interface FeatureSpec extends Serializable
        permits FeatureSpec.Text,
                FeatureSpec.Numeric,
                FeatureSpec.Categorical,
                FeatureSpec.Vector,
                FeatureSpec.Embedding {

    /** The columns read. */
    List<String> columns();

    /** The same for other columns, where a pattern such as {@code sensor_*} names them. */
    default FeatureSpec of(List<String> columns) {
        return this;
    }

    /**
     * Text as weighted counts of word and character n-grams. A range of 0 to 0 switches a kind of n-gram off.
     *
     * @param column a column of strings; null is empty text
     * @param wordMin shortest word n-gram, in words
     * @param wordMax longest word n-gram, in words
     * @param charMin shortest character n-gram, in code points
     * @param charMax longest character n-gram, in code points
     * @param lowercase whether upper and lower case are treated as equal
     * @param vocabulary how n-grams are assigned to features
     * @param minDocumentFrequency n-grams that occur in fewer texts of train are left out
     * @param idf whether counts are weighted by {@code ln((1 + n) / (1 + df)) + 1}, as scikit-learn's smooth idf
     * @param sublinear whether a count c becomes {@code 1 + ln(c)}
     * @param l2 whether each vector is scaled to Euclidean length one
     * @param empty what becomes of a row whose text is null or blank
     * @param characters where the n-grams of characters run
     * @param norm what is scaled to length one
     */
    record Text(
            String column,
            int wordMin,
            int wordMax,
            int charMin,
            int charMax,
            boolean lowercase,
            Vocabulary vocabulary,
            int minDocumentFrequency,
            boolean idf,
            boolean sublinear,
            boolean l2,
            EmptyText empty,
            Characters characters,
            Norm norm)
            implements FeatureSpec {

        public Text {
            if (norm == Norm.PER_BLOCK && !l2) {
                throw invalid(
                        column,
                        "has norm = per_block, but l2 = false, so nothing is scaled",
                        "set l2 = true, or leave norm at all");
            }
            checkRange(column, "word", wordMin, wordMax);
            checkRange(column, "char", charMin, charMax);
            if (wordMax == 0 && charMax == 0) {
                throw invalid(column, "has neither word nor character n-grams", "give word or char a range from 1 up");
            }
            if (minDocumentFrequency < 1) {
                throw invalid(
                        column,
                        "has a minimum document frequency of " + minDocumentFrequency,
                        "use 1 to keep every n-gram, or more");
            }
        }

        /** Characters across words, and one norm for the whole text. */
        public Text(
                String column,
                int wordMin,
                int wordMax,
                int charMin,
                int charMax,
                boolean lowercase,
                Vocabulary vocabulary,
                int minDocumentFrequency,
                boolean idf,
                boolean sublinear,
                boolean l2) {
            this(
                    column,
                    wordMin,
                    wordMax,
                    charMin,
                    charMax,
                    lowercase,
                    vocabulary,
                    minDocumentFrequency,
                    idf,
                    sublinear,
                    l2,
                    EmptyText.AUTO,
                    Characters.ACROSS_WORDS,
                    Norm.ALL);
        }

        @Override
        public List<String> columns() {
            return List.of(column);
        }

        private static void checkRange(String column, String kind, int min, int max) {
            boolean off = min == 0 && max == 0;
            if (!off && (min < 1 || max < min)) {
                throw invalid(
                        column,
                        "has " + kind + " n-grams from " + min + " to " + max,
                        "use 1 <= min <= max, or 0 and 0 to switch them off");
            }
        }
    }

    /** What becomes of a row whose text is null or blank. A row without a value in any feature is always rejected. */
    enum EmptyText {
        /** It is kept if there are features of other columns, and rejected otherwise. */
        AUTO,
        KEEP,
        REJECT
    }

    /** Where the n-grams of characters run. */
    enum Characters {
        /** Over the whole text, with single spaces between words, and one before and after the text. */
        ACROSS_WORDS,
        /**
         * Within each word and the spaces around it, as scikit-learn's {@code char_wb}. Words are separated by white
         * space. A word that is too short for the shortest n-gram counts once, with its spaces.
         */
        WITHIN_WORDS
    }

    /** What of a text is scaled to length one. */
    enum Norm {
        /** All n-grams together. */
        ALL,
        /** The n-grams of words, and those of characters. Their features are added where a bucket has both. */
        PER_BLOCK
    }

    /** How n-grams are assigned to features. */
    sealed interface Vocabulary extends Serializable {}

    /**
     * By the bucket of their hash; colliding n-grams share a feature, and no n-gram is stored.
     *
     * @param buckets number of buckets, at most 2^24
     */
    record Hashed(int buckets) implements Vocabulary {
        static final int MOST = 1 << 24;

        public Hashed {
            if (buckets < 1 || buckets > MOST) {
                throw PipelineException.configuration("A hashed vocabulary of " + buckets
                        + " buckets cannot be built: the number must lie between 1 and " + MOST
                        + ". A power of two such as 262144 suits most texts.");
            }
        }
    }

    /**
     * One feature for each n-gram, for those in the most texts of train; ties are broken by alphabetical order.
     *
     * @param maxSize most n-grams kept
     */
    record Terms(int maxSize) implements Vocabulary {
        public Terms {
            if (maxSize < 1) {
                throw PipelineException.configuration("A vocabulary of at most " + maxSize
                        + " terms cannot be built: the size must be positive. Use for example 100000.");
            }
        }
    }

    /**
     * Numbers, one feature each. Null, NaN and numbers of absolute value above 1e150 count as missing.
     *
     * @param columns columns of numbers or booleans
     * @param impute whether a missing value becomes the mean of train and sets a second feature that marks it (0 or 1);
     *     otherwise it becomes 0
     * @param scale whether the mean of train is subtracted and the rest divided by the standard deviation, both of the
     *     present values; a column that is constant in train becomes 0. Without centring, a column far from zero, such
     *     as a year, is nearly collinear with the intercept, and the solver needs many times as many passes
     */
    record Numeric(List<String> columns, boolean impute, boolean scale) implements FeatureSpec {
        public Numeric {
            columns = checkColumns("numeric", columns);
        }

        @Override
        public FeatureSpec of(List<String> others) {
            return new Numeric(others, impute, scale);
        }
    }

    /**
     * Categories. In scoring, null and values that train does not contain count as no category; with one-hot encoding,
     * so does the empty string.
     *
     * @param columns columns of strings, numbers or booleans
     * @param buckets number of buckets shared by the columns; used by the hashed encoding only
     */
    record Categorical(List<String> columns, Encoding encoding, int buckets) implements FeatureSpec {
        public Categorical {
            columns = checkColumns("categorical", columns);
            if (encoding == Encoding.HASHED && buckets < 1) {
                throw PipelineException.configuration("The categorical features " + columns + " are hashed into "
                        + buckets + " buckets, which must be positive. Use for example 4096.");
            }
        }

        @Override
        public FeatureSpec of(List<String> others) {
            return new Categorical(others, encoding, buckets);
        }
    }

    /** The encoding of a category as features. */
    enum Encoding {
        /** One feature for each value of each column. */
        ONE_HOT,
        /** One feature for each bucket of a hash of column and value. */
        HASHED
    }

    /**
     * A vector; null is a vector of zeros. Bytes are numbers from 0 to 255, divided by 255.
     *
     * @param column a column of arrays of numbers, of Spark ML vectors or of bytes, all of one size
     * @param scale whether the mean of train is subtracted from each element and the rest divided by its standard
     *     deviation; an element that is constant in train becomes 0. No element of a sparse vector remains 0
     */
    record Vector(String column, boolean scale) implements FeatureSpec {
        @Override
        public List<String> columns() {
            return List.of(column);
        }
    }

    /**
     * The vector that a pretrained model gives for a text or an image. Null and blank texts are a vector of zeros.
     *
     * @param column a column of strings; with {@code pixels}, of bytes or of arrays of numbers from 0 to 255
     * @param method how the model is used
     * @param model file of an ONNX model on any Hadoop file system; absent for the built-in model of English texts
     * @param tokenizer file {@code tokenizer.json} or {@code vocab.txt} of the model; absent for the built-in model and
     *     for images
     * @param output name of the model's output; absent if it has only one, or one called {@code last_hidden_state}
     * @param pooling how the vectors of a text's tokens become one
     * @param normalize whether the vector is scaled to Euclidean length one
     * @param maxTokens tokens of a text after which it is cut off, with those that mark its beginning and end
     * @param pixels size and scale of the images; absent for texts
     * @param weight factor of the vector, which sets its share beside other features: a penalty on coefficients is the
     *     lower, the larger the features are
     * @param device what computes the vectors
     */
    record Embedding(
            String column,
            Method method,
            Optional<String> model,
            Optional<String> tokenizer,
            Optional<String> output,
            Pooling pooling,
            boolean normalize,
            int maxTokens,
            Optional<Pixels> pixels,
            double weight,
            EmbeddingDevice device)
            implements FeatureSpec {

        public Embedding {
            if (pixels.isPresent() && (model.isEmpty() || tokenizer.isPresent() || method == Method.STATIC)) {
                throw invalidEmbedding(
                        column,
                        "reads pixels, but the built-in model, a tokenizer and method = static are for texts",
                        "name a model of images as 'model', and leave 'tokenizer' and 'method' out");
            }
            if (pixels.isEmpty() && model.isPresent() != tokenizer.isPresent()) {
                throw invalidEmbedding(
                        column,
                        "names only one of 'model' and 'tokenizer', which belong together",
                        "name both files, or neither for the built-in model; for images, add 'pixels'");
            }
            if (maxTokens < 3) {
                throw invalidEmbedding(
                        column,
                        "keeps " + maxTokens + " tokens of a text, two of which mark its beginning and end",
                        "set max_tokens to the limit of the model, such as 512");
            }
            if (!(weight > 0) || Double.isInfinite(weight)) {
                throw invalidEmbedding(column, "has the weight " + weight, "use a positive number, such as 1");
            }
        }

        @Override
        public List<String> columns() {
            return List.of(column);
        }
    }

    /** How a pretrained model is used. */
    enum Method {
        /** It runs on each text or image. */
        FULL,
        /** It runs once on each token of its vocabulary; a text is the weighted mean of its tokens. */
        STATIC
    }

    /** How the vectors of the tokens of a text become one. */
    enum Pooling {
        /** Their mean, if the model has a vector for each token; else the model's only vector. */
        AUTO,
        /** The model has only one vector. */
        NONE,
        MEAN,
        /** The first token's. */
        CLS
    }

    /** What computes embeddings. */
    enum EmbeddingDevice {
        CPU,
        /** A GPU; without one the job fails. */
        GPU
    }

    /**
     * The images that a model reads.
     *
     * @param height rows of an image
     * @param width columns of an image
     * @param channels numbers of a pixel, such as 3 for red, green and blue
     * @param mean for each channel, what is subtracted from its numbers between 0 and 1
     * @param std for each channel, what the rest is divided by
     */
    record Pixels(int height, int width, int channels, List<Double> mean, List<Double> std) implements Serializable {

        public Pixels {
            mean = List.copyOf(mean);
            std = List.copyOf(std);
            if (height < 1 || width < 1 || channels < 1) {
                throw PipelineException.configuration("Images of " + height + " x " + width + " pixels with " + channels
                        + " channels cannot be read: each of the three must be positive. Use those of the model.");
            }
            if (mean.size() != channels
                    || std.size() != channels
                    || !std.stream().allMatch(each -> each > 0)) {
                throw PipelineException.configuration("Images with " + channels + " channels have mean = " + mean
                        + " and std = " + std + ", but each needs one number for each channel, and those of std must be"
                        + " positive. Use the numbers that the model was trained with.");
            }
        }

        /** Numbers of an image. */
        public int size() {
            return height * width * channels;
        }
    }

    private static List<String> checkColumns(String kind, List<String> columns) {
        if (columns.isEmpty()) {
            throw PipelineException.configuration("A " + kind
                    + " feature names no columns, so it would add nothing. Name at least one, or remove the feature.");
        }
        return columns.stream()
                .flatMap(column -> ColumnNames.ofRange(column).stream())
                .toList();
    }

    private static PipelineException invalidEmbedding(String column, String problem, String remedy) {
        return PipelineException.configuration(
                "The embedding of column '" + column + "' " + problem + ", so it cannot be built; " + remedy + ".");
    }

    private static PipelineException invalid(String column, String problem, String remedy) {
        return PipelineException.configuration(
                "The text feature '" + column + "' " + problem + ", so it cannot be built; " + remedy + ".");
    }
}
