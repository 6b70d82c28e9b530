package io.pigeonhole.jobs.embeddings;

import static io.pigeonhole.transforms.Columns.named;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat_ws;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.pmod;
import static org.apache.spark.sql.functions.sha2;
import static org.apache.spark.sql.functions.when;
import static org.apache.spark.sql.functions.xxhash64;

import io.pigeonhole.embedding.Embedder;
import io.pigeonhole.jobs.runs.Run;
import io.pigeonhole.jobs.runs.Session;
import io.pigeonhole.jobs.store.Store;
import io.pigeonhole.training.cascade.Member;
import io.pigeonhole.training.cascade.ModelOfSeveral;
import io.pigeonhole.transforms.features.FeatureSpec;
import io.pigeonhole.transforms.features.VectorStage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.functions;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.storage.StorageLevel;

/**
 * The embedding stages of a model, and the vectors that the store has for them. Rows get known vectors as columns of their
 * own, from which the stages take them. Without embeddings, rows stay as they are, and no query runs.
 */
public final class Embeddings {

    /** Name of the phase in {@code run_phases}. */
    private static final String EMBEDDING = "embedding";

    private static final String HASH = "__embedding_hash";
    private static final String VECTOR = "vector";

    /** Texts of a task: half a second of work, so that progress shows. */
    private static final int ROWS_OF_A_TASK = 200;

    /** Texts of a commit: some minutes of work, at most that much is lost in a crash. */
    private static final int ROWS_OF_A_COMMIT = 100_000;

    /** Vectors of a file. */
    private static final int ROWS_OF_A_FILE = 50_000;

    private final Session session;
    private final Run run;
    private final Map<FeatureSpec.Embedding, Embedder> byFeature;
    private final List<Embedder> stages;
    private final List<Embedder> within;
    private final Map<String, Cut> cut = new TreeMap<>();

    /** Texts of a column whose vectors were computed, those of them that are too long, and the tokens that are not. */
    private record Cut(long texts, long tooLong, int tokens) {

        Cut plus(Cut other) {
            return new Cut(texts + other.texts, tooLong + other.tooLong, Math.max(tokens, other.tokens));
        }

        String warning(String column) {
            return String.format(
                    Locale.ROOT,
                    "%,d of %,d texts of column '%s' are longer than %d tokens, and only their beginning counts. Put what"
                            + " matters first, add a feature of kind = text, or name a model that reads more (max_tokens).",
                    tooLong,
                    texts,
                    column,
                    tokens);
        }
    }

    private Embeddings(
            Session session,
            Run run,
            Map<FeatureSpec.Embedding, Embedder> byFeature,
            List<Embedder> stages,
            List<Embedder> within) {
        this.session = session;
        this.run = run;
        this.byFeature = byFeature;
        this.stages = stages;
        this.within = within;
    }

    /** The stages of some features. Pretrained models of the user are copied into the store. */
    public static Embeddings ofFeatures(Session session, Run run, List<FeatureSpec> features) {
        Map<FeatureSpec.Embedding, Embedder> byFeature = new LinkedHashMap<>();
        for (FeatureSpec.Embedding feature : PretrainedModels.features(features)) {
            byFeature.put(
                    feature, Embedder.of(feature.column(), PretrainedModels.kept(session, feature), feature.weight()));
        }
        return new Embeddings(session, run, byFeature, List.copyOf(byFeature.values()), List.of());
    }

    /**
     * The stages of a saved model. Those of the models that it consists of take the vectors that the store has, too, but
     * compute the others themselves, since not all rows may reach them.
     */
    public static Embeddings ofModel(Session session, Run run, PipelineModel model) {
        List<Embedder> within =
                members(model).flatMap(member -> allOf(member.pipeline())).toList();
        return new Embeddings(session, run, Map.of(), own(model).toList(), within);
    }

    private static Stream<Embedder> allOf(PipelineModel model) {
        return Stream.concat(own(model), members(model).flatMap(member -> allOf(member.pipeline())));
    }

    private static Stream<Embedder> own(PipelineModel model) {
        return Arrays.stream(model.stages()).filter(Embedder.class::isInstance).map(Embedder.class::cast);
    }

    private static Stream<Member> members(PipelineModel model) {
        return Arrays.stream(model.stages())
                .flatMap(stage ->
                        stage instanceof ModelOfSeveral<?> several ? several.members().stream() : Stream.empty());
    }

    /** The stage of one of the features. */
    public VectorStage stage(FeatureSpec.Embedding feature) {
        Embedder stage = Optional.ofNullable(byFeature.get(feature))
                .orElseThrow(() -> new IllegalArgumentException("not one of the features: " + feature));
        return new VectorStage(stage, stage.output());
    }

    /**
     * Examples of the store with their vectors. Missing ones are computed and stored first, each content once; but not
     * those of the models that a model consists of.
     */
    public Dataset<Row> onto(Dataset<Row> examples) {
        for (Embedder stage : distinct(stages, examples)) {
            compute(examples, stage);
        }
        return known(examples);
    }

    /** What people should know of the vectors that {@link #onto} has computed: how many texts are too long. */
    public List<String> warnings() {
        return cut.entrySet().stream()
                .filter(column -> column.getValue().tooLong() > 0)
                .map(column -> column.getValue().warning(column.getKey()))
                .toList();
    }

    /** Rows with the vectors that the store has, by the content of their columns. */
    public Dataset<Row> known(Dataset<Row> rows) {
        Dataset<Row> result = rows;
        List<Embedder> all = Stream.concat(stages.stream(), within.stream()).toList();
        for (Embedder stage : distinct(all, rows)) {
            Dataset<Row> vectors = stored(stage)
                    .select(col("content_hash").as(HASH), col(VECTOR).as(stage.knownCol()));
            result = result.withColumn(HASH, contentHash(rows.schema().apply(stage.input())))
                    .join(vectors, HASH, "left")
                    .drop(HASH);
        }
        return result;
    }

    /** The stages with different vectors whose rows lack them. */
    private static List<Embedder> distinct(List<Embedder> stages, Dataset<Row> rows) {
        List<String> columns = Arrays.asList(rows.columns());
        Map<String, Embedder> distinct = new LinkedHashMap<>();
        stages.stream()
                .filter(Embedder::isSlow)
                .filter(stage -> columns.contains(stage.input()) && !columns.contains(stage.knownCol()))
                .forEach(stage -> distinct.putIfAbsent(stage.output(), stage));
        return new ArrayList<>(distinct.values());
    }

    private Dataset<Row> stored(Embedder stage) {
        return session.store()
                .readOrEmpty(EmbeddingTables.EMBEDDINGS)
                .filter(col("model_hash").equalTo(stage.spec().hash()));
    }

    private void compute(Dataset<Row> examples, Embedder stage) {
        session.progress().phase(EMBEDDING);
        Column hash = contentHash(examples.schema().apply(stage.input()));
        Dataset<Row> missing = examples.select(hash.as(HASH), named(stage.input()))
                .filter(col(HASH).isNotNull())
                .distinct()
                .join(stored(stage).select(col("content_hash").as(HASH)), HASH, "left_anti")
                .persist(StorageLevel.MEMORY_AND_DISK());
        try {
            long count = missing.count();
            if (count > 0) {
                stage.check(session.store().hadoop());
                if (stage.spec().tokenizer().isPresent()) {
                    long tooLong = missing.filter(stage.isCut(missing)).count();
                    cut.merge(
                            stage.input(), new Cut(count, tooLong, stage.spec().maxTokens()), Cut::plus);
                }
                EmbeddingProgress.during(session, count, () -> store(missing, count, stage));
            }
        } finally {
            missing.unpersist();
        }
    }

    private void store(Dataset<Row> missing, long count, Embedder stage) {
        Store store = session.store();
        int commits = parts(count, ROWS_OF_A_COMMIT);
        for (int commit = 0; commit < commits; commit++) {
            Dataset<Row> texts = commits == 1
                    ? missing
                    : missing.filter(pmod(xxhash64(col(HASH)), lit(commits)).equalTo(commit));
            Dataset<Row> vectors = Embedder.of(stage.input(), stage.spec(), 1)
                    .transform(texts.repartition(parts(count / commits, ROWS_OF_A_TASK)))
                    .filter(named(stage.output()).isNotNull())
                    .select(
                            col(HASH).as("content_hash"),
                            lit(stage.spec().hash()).as("model_hash"),
                            functions
                                    .vector_to_array(named(stage.output()), "float32")
                                    .as(VECTOR),
                            lit(run.id()).as("run_id"))
                    .repartition(parts(count / commits, ROWS_OF_A_FILE));
            store.append(EmbeddingTables.EMBEDDINGS, vectors);
        }
    }

    private static int parts(long rows, int rowsOfAPart) {
        return Math.toIntExact(Math.max(1, (rows + rowsOfAPart - 1) / rowsOfAPart));
    }

    /** Hash of a text or an image; null for one without a vector. */
    private static Column contentHash(StructField field) {
        Column value = named(field.name());
        DataType type = field.dataType();
        if (type.equals(DataTypes.StringType)) {
            return when(value.rlike("\\S"), sha2(value.cast(DataTypes.BinaryType), 256));
        } else if (type.equals(DataTypes.BinaryType)) {
            return sha2(value, 256);
        }
        Column numbers = type.equals(SQLDataTypes.VectorType()) ? functions.vector_to_array(value, "float64") : value;
        return when(
                value.isNotNull(),
                sha2(concat_ws(",", numbers.cast("array<string>")).cast("binary"), 256));
    }

    private static boolean hasContent(DataType type) {
        return type.equals(DataTypes.StringType)
                || type.equals(DataTypes.BinaryType)
                || (type instanceof ArrayType array && array.elementType() instanceof NumericType);
    }

    /**
     * The vectors of contents that no row has in any column.
     *
     * @param examples all examples that remain
     * @return the column {@code content_hash}, without duplicates
     */
    public static Dataset<Row> orphans(Session session, Dataset<Row> examples) {
        Dataset<Row> hashes = session.store()
                .read(EmbeddingTables.EMBEDDINGS)
                .select("content_hash")
                .distinct();
        Dataset<Row> needed = hashes.limit(0);
        for (StructField field : examples.schema().fields()) {
            if (hasContent(field.dataType())) {
                needed = needed.union(examples.select(contentHash(field)));
            }
        }
        return hashes.join(needed, "content_hash", "left_anti");
    }
}
