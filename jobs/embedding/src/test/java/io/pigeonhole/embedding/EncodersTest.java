package io.pigeonhole.embedding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.pigeonhole.transforms.features.FeatureSpec.EmbeddingDevice;
import io.pigeonhole.transforms.features.FeatureSpec.Method;
import io.pigeonhole.transforms.features.FeatureSpec.Pixels;
import io.pigeonhole.transforms.features.FeatureSpec.Pooling;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EncodersTest {

    private static final Configuration HADOOP = new Configuration();

    @TempDir
    private Path folder = Path.of("none");

    private ModelFile file(String name, byte[] bytes) throws IOException {
        return ModelFile.of(Files.write(folder.resolve(name), bytes).toString(), HADOOP);
    }

    private EncoderSpec texts(byte[] model, Optional<String> output, Pooling pooling, boolean normalize)
            throws IOException {
        return new EncoderSpec(
                file("model.onnx", model),
                Optional.of(file("vocab.txt", TinyModels.vocabulary())),
                output,
                pooling,
                normalize,
                16,
                Optional.empty(),
                Method.FULL,
                EmbeddingDevice.CPU);
    }

    private float[] vector(byte[] model, Optional<String> output, Pooling pooling, boolean normalize)
            throws IOException {
        return Encoders.of(texts(model, output, pooling, normalize), HADOOP).encode("red apple");
    }

    /** The tokens of "red apple" are 2, 4, 7 and 3, whose rows are (i, 1, -i / 2). */
    @Test
    void theVectorsOfTokensBecomeOne() throws IOException {
        byte[] model = TinyModels.ofTexts(1);
        assertThat(vector(model, Optional.empty(), Pooling.AUTO, false)).containsExactly(4f, 1f, -2f);
        assertThat(vector(model, Optional.empty(), Pooling.MEAN, false)).containsExactly(4f, 1f, -2f);
        assertThat(vector(model, Optional.empty(), Pooling.CLS, false)).containsExactly(2f, 1f, -1f);
        double length = Math.sqrt(16 + 1 + 4);
        assertThat(vector(model, Optional.empty(), Pooling.AUTO, true))
                .containsExactly((float) (4 / length), (float) (1 / length), (float) (-2 / length));
        assertThatThrownBy(() -> vector(model, Optional.empty(), Pooling.NONE, false))
                .hasMessageContaining("the shape [1, 4, 3], which pooling = none does not turn into one vector");
    }

    @Test
    void anOutputIsNamedIfThereAreSeveral() throws IOException {
        byte[] model = TinyModels.ofTwoOutputs();
        assertThat(vector(model, Optional.of("rows"), Pooling.AUTO, false)).containsExactly(4f);
        assertThat(vector(model, Optional.of("first"), Pooling.AUTO, false)).containsExactly(7f);
        assertThatThrownBy(() -> vector(model, Optional.empty(), Pooling.AUTO, false))
                .hasMessageContaining("Its outputs are ")
                .hasMessageContaining("Name one of them as 'output'");
        assertThatThrownBy(() -> vector(model, Optional.of("first"), Pooling.MEAN, false))
                .hasMessageContaining("the shape [1, 1], which pooling = mean");
    }

    private EncoderSpec images(boolean channelsLast, int height) throws IOException {
        return new EncoderSpec(
                file("images.onnx", TinyModels.ofImages(channelsLast)),
                Optional.empty(),
                Optional.empty(),
                Pooling.AUTO,
                false,
                16,
                Optional.of(new Pixels(height, 2, 2, List.of(0.5, 0.0), List.of(0.5, 2.0))),
                Method.FULL,
                EmbeddingDevice.CPU);
    }

    /** Pixels come by rows, columns and channels; of channel 0, 0 becomes -1 and 255 becomes 1, and of channel 1 0 and 0.5. */
    @Test
    void pixelsAreScaledAndGivenInTheOrderOfTheModel() throws IOException {
        byte[] image = {0, (byte) 255, (byte) 255, 0};
        assertThat(Encoders.of(images(true, 1), HADOOP).encode(image)).containsExactly(-1f, 0.5f, 1f, 0f);
        assertThat(Encoders.of(images(false, 1), HADOOP).encode(image)).containsExactly(-1f, 1f, 0.5f, 0f);
        assertThatThrownBy(() -> Encoders.of(images(false, 1), HADOOP).encode(new byte[3]))
                .hasMessageContaining("An image has 3 numbers, and 'pixels' says 4");
        assertThatThrownBy(() -> Encoders.of(images(true, 3), HADOOP))
                .hasMessageContaining("image of the shape [-1, 1, 2, 2]")
                .hasMessageContaining("images of 3 x 2 pixels with 2 channels");
    }

    @Test
    void filesThatCannotBeUsedAreNamed() throws IOException {
        EncoderSpec spec = texts(new byte[] {1, 2, 3}, Optional.empty(), Pooling.AUTO, true);
        assertThatThrownBy(() -> Encoders.of(spec, HADOOP))
                .hasMessageContaining("model.onnx as a model")
                .hasMessageContaining("Name a file of an ONNX model");
        EncoderSpec good = texts(TinyModels.ofTexts(3), Optional.empty(), Pooling.AUTO, true);
        file("model.onnx", TinyModels.ofTexts(4));
        assertThatThrownBy(() -> Encoders.of(good, HADOOP)).hasMessageContaining("has changed since");
        assertThatThrownBy(() -> ModelFile.of(folder.resolve("none.onnx").toString(), HADOOP))
                .hasMessageContaining("none.onnx of an embedding does not exist");
    }

    @Test
    void theHashIsOfBytesAndSettingsAndNotOfPlaces() throws IOException {
        EncoderSpec one = texts(TinyModels.ofTexts(1), Optional.empty(), Pooling.AUTO, true);
        ModelFile moved = file("moved.onnx", TinyModels.ofTexts(1));
        EncoderSpec elsewhere = new EncoderSpec(
                moved,
                one.tokenizer(),
                one.output(),
                one.pooling(),
                true,
                16,
                one.pixels(),
                one.method(),
                one.device());
        assertThat(elsewhere.hash()).isEqualTo(one.hash());
        assertThat(texts(TinyModels.ofTexts(2), Optional.empty(), Pooling.AUTO, true)
                        .hash())
                .isNotEqualTo(one.hash());
        assertThat(texts(TinyModels.ofTexts(1), Optional.empty(), Pooling.AUTO, false)
                        .hash())
                .isNotEqualTo(one.hash());
        assertThat(EncoderSpec.parse(images(true, 1).json())).isEqualTo(images(true, 1));
    }

    /** The built-in model, with the settings that features have by default. */
    static EncoderSpec builtIn() {
        return new EncoderSpec(
                BuiltIn.MODEL,
                Optional.of(BuiltIn.TOKENIZER),
                Optional.empty(),
                Pooling.AUTO,
                true,
                512,
                Optional.empty(),
                Method.FULL,
                EmbeddingDevice.CPU);
    }

    /**
     * The numbers come from ONNX Runtime 1.32 in Python, for the same file and for the model in 32 bits; sums of int8 differ
     * between processors.
     */
    @Test
    void theBuiltInModelGivesItsVectors() {
        Encoder encoder = Encoders.of(builtIn(), HADOOP);
        List<float[]> vectors = IntStream.range(0, 3)
                .mapToObj(i -> encoder.encode(List.of(
                                "how do i freeze my bank account",
                                "please block my account now",
                                "what is the weather in paris today?")
                        .get(i)))
                .toList();
        assertThat(vectors.get(0)).hasSize(BuiltIn.DIMENSION);
        float[] first = {0.0172f, 0.0147f, -0.0862f, -0.0264f};
        for (int i = 0; i < first.length; i++) {
            assertThat(vectors.get(0)[i]).isCloseTo(first[i], within(0.02f));
        }
        assertThat(cosine(vectors, 0, 1)).isCloseTo(0.3416, within(0.03));
        assertThat(cosine(vectors, 0, 2)).isCloseTo(-0.0095, within(0.03));
        assertThat(cosine(vectors, 1, 2)).isCloseTo(0.0074, within(0.03));
    }

    private static double cosine(List<float[]> vectors, int one, int other) {
        double sum = 0;
        for (int i = 0; i < vectors.get(one).length; i++) {
            sum += (double) vectors.get(one)[i] * vectors.get(other)[i];
        }
        return sum;
    }
}
