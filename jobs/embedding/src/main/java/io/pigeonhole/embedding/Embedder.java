package io.pigeonhole.embedding;

import static io.pigeonhole.transforms.Columns.named;
import static org.apache.spark.ml.functions.array_to_vector;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.udf;
import static org.apache.spark.sql.functions.when;

import io.pigeonhole.transforms.features.FeatureSpec;
import io.pigeonhole.transforms.files.StageFiles;
import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.Identifiable;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.api.java.UDF2;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.SerializableConfiguration;
import org.jspecify.annotations.Nullable;

/**
 * Adds the vectors of a pretrained model for the values of a column: a null or blank text, and a null image, have none.
 * If the rows have the column {@link #knownCol}, an array of numbers for each row whose vector is known, the stage takes
 * these; it runs the model only for rows without one. The column stays, since another model of a cascade may need it too.
 * All vectors are multiplied by the weight.
 */
public final class Embedder extends Transformer implements MLWritable {

    private static final long serialVersionUID = 1L;

    private static final String KNOWN = "_known";

    private final String uid;
    private final @Nullable String savedIn;
    private final Param<String> inputCol;
    private final Param<String> outputCol;
    private final Param<String> encoder;
    private final DoubleParam weight;

    public Embedder() {
        this(Identifiable.randomUID("embedder"));
    }

    public Embedder(String uid) {
        this(uid, null);
    }

    /** @param savedIn folder that it was loaded from; null for a new one */
    private Embedder(String uid, @Nullable String savedIn) {
        this.uid = uid;
        this.savedIn = savedIn;
        this.inputCol = new Param<>(this, "inputCol", "column of texts or images");
        this.outputCol = new Param<>(this, "outputCol", "column of the vectors");
        this.encoder = new Param<>(this, "encoder", "files and settings of the model, as JSON");
        this.weight = new DoubleParam(this, "weight", "factor of the vectors");
        setDefault(weight, 1.0);
    }

    @Override
    public String uid() {
        return uid;
    }

    public Param<String> inputCol() {
        return inputCol;
    }

    public Param<String> outputCol() {
        return outputCol;
    }

    public Param<String> encoder() {
        return encoder;
    }

    public DoubleParam weight() {
        return weight;
    }

    /**
     * The stage for a column and a model. It and its output column are named by both, so that equal stages have equal names.
     *
     * @param weight factor of the vectors
     */
    public static Embedder of(String column, EncoderSpec spec, double weight) {
        String name = "embedding_" + column.replaceAll("[^A-Za-z0-9_]", "_") + "_"
                + spec.hash().substring(0, 12);
        Embedder stage = new Embedder(name);
        stage.set(stage.inputCol, column);
        stage.set(stage.encoder, spec.json());
        stage.set(stage.outputCol, "__" + name);
        stage.set(stage.weight, weight);
        return stage;
    }

    /** Files and settings of the model, where the files were when the stage was made. */
    public EncoderSpec spec() {
        return EncoderSpec.parse($(encoder));
    }

    /** The same, where the files are now: a store that was moved has them at the same place below its artifacts. */
    private EncoderSpec located(Configuration hadoop) {
        return savedIn == null ? spec() : spec().located(new Path(savedIn), hadoop);
    }

    /** Whether its vectors take long, so that they are better kept. */
    public boolean isSlow() {
        return spec().method() == FeatureSpec.Method.FULL;
    }

    /** The column of texts or images. */
    public String input() {
        return $(inputCol);
    }

    /** The column of vectors. */
    public String output() {
        return $(outputCol);
    }

    /** The column of vectors that are known already, before they are weighted. */
    public String knownCol() {
        return $(outputCol) + KNOWN;
    }

    /**
     * Opens the model in this process, so that a mistake shows before any work.
     *
     * @throws io.pigeonhole.transforms.PipelineException (configuration) if the model cannot be used
     */
    public Embedder check(Configuration hadoop) {
        Encoders.of(located(hadoop), hadoop);
        return this;
    }

    @Override
    public Dataset<Row> transform(Dataset<?> dataset) {
        transformSchema(dataset.schema());
        Column known = isKnown(dataset.schema())
                ? when(
                        named(knownCol()).isNotNull(),
                        array_to_vector(named(knownCol()).cast("array<double>")))
                : lit(null);
        Column vector = udf(new Encode(opened(dataset), weightOrDefault()), SQLDataTypes.VectorType())
                .apply(named($(inputCol)), known);
        return dataset.withColumn($(outputCol), vector);
    }

    /** Whether a text that is not blank has more tokens than the model reads. */
    public Column isCut(Dataset<?> dataset) {
        return udf(new IsCut(opened(dataset)), DataTypes.BooleanType).apply(named($(inputCol)));
    }

    private Opened opened(Dataset<?> dataset) {
        EncoderSpec located = located(dataset.sparkSession().sparkContext().hadoopConfiguration());
        return new Opened(located.json(), configuration(dataset));
    }

    private double weightOrDefault() {
        return (Double) getOrDefault(weight);
    }

    private Optional<Broadcast<SerializableConfiguration>> configuration(Dataset<?> dataset) {
        EncoderSpec spec = spec();
        boolean needsNone = spec.model().isBuiltIn()
                && spec.tokenizer().map(ModelFile::isBuiltIn).orElse(true);
        return needsNone
                ? Optional.empty()
                : Optional.of(SerializableConfiguration.broadcast(
                        dataset.sparkSession().sparkContext(),
                        dataset.sparkSession().sparkContext().hadoopConfiguration()));
    }

    private boolean isKnown(StructType schema) {
        return Arrays.asList(schema.fieldNames()).contains(knownCol());
    }

    @Override
    public StructType transformSchema(StructType schema) {
        if (Arrays.asList(schema.fieldNames()).contains($(outputCol))) {
            throw new IllegalArgumentException("the output column '" + $(outputCol) + "' exists already");
        }
        return schema.add($(outputCol), SQLDataTypes.VectorType());
    }

    @Override
    public Embedder copy(ParamMap extra) {
        return copyValues(new Embedder(uid, savedIn), extra);
    }

    @Override
    public MLWriter write() {
        return StageFiles.writer(this, List.of());
    }

    public static MLReader<Embedder> read() {
        return StageFiles.reader(Embedder.class, (uid, saved) -> new Embedder(uid, saved.folder()));
    }

    /** The model, which each process opens on first use. */
    private static final class Opened implements Serializable {

        private static final long serialVersionUID = 1L;

        private final String json;
        private final @Nullable Broadcast<SerializableConfiguration> hadoop;
        private transient @Nullable Encoder opened;

        Opened(String json, Optional<Broadcast<SerializableConfiguration>> hadoop) {
            this.json = json;
            this.hadoop = hadoop.orElse(null);
        }

        Encoder encoder() {
            Encoder known = opened;
            if (known == null) {
                Configuration configuration = hadoop == null
                        ? new Configuration(false)
                        : hadoop.value().value();
                known = Encoders.of(EncoderSpec.parse(json), configuration);
                opened = known;
            }
            return known;
        }
    }

    private record IsCut(Opened model) implements UDF1<Object, Boolean> {

        @Override
        public Boolean call(Object value) {
            return model.encoder().isCut(value);
        }
    }

    private record Encode(Opened model, double weight)
            implements UDF2<@Nullable Object, @Nullable Vector, @Nullable Vector> {

        @Override
        public @Nullable Vector call(@Nullable Object value, @Nullable Vector known) {
            if (known != null) {
                return weighted(known.toArray());
            }
            if (value == null || (value instanceof String text && text.isBlank())) {
                return null;
            }
            float[] numbers = model.encoder().encode(value);
            double[] vector = new double[numbers.length];
            for (int i = 0; i < vector.length; i++) {
                vector[i] = numbers[i];
            }
            return weighted(vector);
        }

        private Vector weighted(double[] vector) {
            double[] weighted = new double[vector.length];
            for (int i = 0; i < vector.length; i++) {
                weighted[i] = weight * vector[i];
            }
            return Vectors.dense(weighted);
        }
    }
}
