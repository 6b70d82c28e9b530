package io.pigeonhole.embedding;

import static org.assertj.core.api.Assertions.assertThat;

import io.pigeonhole.transforms.StageContractTest;
import io.pigeonhole.transforms.features.FeatureSpec.EmbeddingDevice;
import io.pigeonhole.transforms.features.FeatureSpec.Method;
import io.pigeonhole.transforms.features.FeatureSpec.Pixels;
import io.pigeonhole.transforms.features.FeatureSpec.Pooling;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbedderTest extends StageContractTest {

    @TempDir
    private Path folder = Path.of("none");

    private Optional<EncoderSpec> spec = Optional.empty();

    @BeforeEach
    void writeTheModel() throws IOException {
        spec = Optional.of(new EncoderSpec(
                file("model.onnx", TinyModels.ofTexts(1)),
                Optional.of(file("vocab.txt", TinyModels.vocabulary())),
                Optional.empty(),
                Pooling.AUTO,
                false,
                16,
                Optional.empty(),
                Method.FULL,
                EmbeddingDevice.CPU));
    }

    private ModelFile file(String name, byte[] bytes) throws IOException {
        return ModelFile.of(Files.write(folder.resolve(name), bytes).toString(), new Configuration());
    }

    @Override
    protected Embedder stage() {
        return Embedder.of("text", spec.orElseThrow(), 2);
    }

    @Override
    protected Dataset<Row> rows() {
        return spark.createDataFrame(
                List.of(
                        RowFactory.create("red apple"),
                        RowFactory.create(" "),
                        RowFactory.create((Object) null),
                        RowFactory.create("blue!")),
                StructType.fromDDL("text STRING"));
    }

    @Test
    void aTextHasItsWeightedVectorAndABlankOneHasNone() {
        List<Row> rows = stage().transform(rows()).collectAsList();
        assertThat(rows.stream().map(row -> row.<Object>getAs(stage().output())))
                .containsExactly(
                        Vectors.dense(8, 2, -4),
                        null,
                        null,
                        // tokens 2, 6, 11 and 3
                        Vectors.dense(11, 2, -5.5));
    }

    @Test
    void aTextOfMoreTokensThanTheModelReadsIsCut() {
        // 16 tokens are read, two of which mark the beginning and the end
        Dataset<Row> rows = spark.createDataFrame(
                List.of(RowFactory.create("red ".repeat(14)), RowFactory.create("red ".repeat(15))),
                StructType.fromDDL("text STRING"));
        assertThat(rows.select(stage().isCut(rows)).collectAsList().stream().map(row -> row.getBoolean(0)))
                .containsExactly(false, true);
    }

    @Test
    void imagesAreBytesOrNumbers() throws IOException {
        EncoderSpec images = new EncoderSpec(
                file("images.onnx", TinyModels.ofImages(true)),
                Optional.empty(),
                Optional.empty(),
                Pooling.AUTO,
                false,
                16,
                Optional.of(new Pixels(1, 2, 2, List.of(0.0, 0.0), List.of(1.0, 1.0))),
                Method.FULL,
                EmbeddingDevice.CPU);
        Dataset<Row> rows = spark.createDataFrame(
                List.of(
                        RowFactory.create(new byte[] {0, -1, 51, 102}, new Double[] {0.0, 255.0, 51.0, 102.0}),
                        RowFactory.create(null, null)),
                StructType.fromDDL("bytes BINARY, numbers ARRAY<DOUBLE>"));
        for (String column : List.of("bytes", "numbers")) {
            Embedder stage = Embedder.of(column, images, 1);
            List<Row> vectors = stage.transform(rows).select(stage.output()).collectAsList();
            assertThat(vectors.get(0).<Vector>getAs(0).toArray()).containsExactly(0, 1, 0.2f, 0.4f);
            assertThat(vectors.get(1).isNullAt(0)).isTrue();
        }
    }

    @Test
    void aKnownVectorIsTakenWithoutTheModel() {
        Dataset<Row> known = spark.createDataFrame(
                List.of(RowFactory.create("red apple", new Float[] {1f, 0f, 3f}), RowFactory.create("blue!", null)),
                StructType.fromDDL("text STRING, " + stage().knownCol() + " ARRAY<FLOAT>"));
        Dataset<Row> vectors = stage().transform(known);
        assertThat(vectors.columns()).containsExactly("text", stage().knownCol(), stage().output());
        assertThat(vectors.collectAsList().stream().map(row -> row.<Object>getAs(2)))
                .containsExactly(Vectors.dense(2, 0, 6), Vectors.dense(11, 2, -5.5));
    }

    @Test
    void theBuiltInModelGivesTheSameVectorsAfterItIsSavedAndLoaded() throws IOException {
        Embedder stage = Embedder.of("text", EncodersTest.builtIn(), 1);
        String saved = folder.resolve("stage").toString();
        stage.write().save(saved);
        List<Row> vectors = stage.transform(rows()).collectAsList();
        assertThat(vectors.get(0).<Vector>getAs(1).size()).isEqualTo(BuiltIn.DIMENSION);
        assertThat(Embedder.read().load(saved).transform(rows()).collectAsList())
                .isEqualTo(vectors);
    }
}
