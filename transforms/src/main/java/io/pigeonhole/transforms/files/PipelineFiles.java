package io.pigeonhole.transforms.files;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Constructor;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.feature.OneHotEncoderModel;
import org.apache.spark.ml.feature.StringIndexerModel;
import org.apache.spark.ml.util.DefaultParamsReader$;
import org.apache.spark.ml.util.DefaultParamsWritable;
import org.apache.spark.ml.util.DefaultParamsWriter$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import scala.collection.Seq;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Saves and loads pipeline models in the layout of Spark ML, which loads them too. Stages of this project, those of Spark that
 * have parameters alone, and its indexers and encoders of categories need no query.
 */
public final class PipelineFiles {

    private static final StructType INDEXER = StructType.fromDDL("labelsArray ARRAY<ARRAY<STRING>>");
    private static final StructType ENCODER = StructType.fromDDL("categorySizes ARRAY<INT>");
    /** The folder of the state of a stage of Spark. */
    private static final String DATA = "data";

    private static final ObjectMapper JSON = new ObjectMapper();

    private PipelineFiles() {}

    /** Saves the model; a model that is there already is replaced. */
    public static void save(PipelineModel model, String folder, SparkSession spark) {
        Configuration hadoop = StageFiles.hadoop(spark);
        Path path = new Path(folder);
        try {
            path.getFileSystem(hadoop).delete(path, true);
            ObjectNode metadata =
                    (ObjectNode) JSON.readTree(DefaultParamsWriter$.MODULE$.getMetadataToSave(model, spark));
            ArrayNode uids = metadata.putObject("paramMap").putArray("stageUids");
            for (Transformer stage : model.stages()) {
                uids.add(stage.uid());
            }
            StageFiles.writeMetadata(metadata.toString(), folder, hadoop);
            for (int i = 0; i < model.stages().length; i++) {
                Transformer stage = model.stages()[i];
                save(stage, stage(folder, i, model.stages().length, stage.uid()), spark);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the model cannot be saved to " + folder, e);
        }
    }

    private static void save(Transformer stage, String folder, SparkSession spark) throws IOException {
        if (stage instanceof StringIndexerModel indexer) {
            Row row = RowFactory.create(new Object[] {indexer.labelsArray()});
            StageFiles.write(stage, List.of(new StageFiles.Part(DATA, INDEXER, List.of(row))), folder, spark);
        } else if (stage instanceof OneHotEncoderModel encoder) {
            Row row = RowFactory.create(
                    new Object[] {Arrays.stream(encoder.categorySizes()).boxed().toArray()});
            StageFiles.write(stage, List.of(new StageFiles.Part(DATA, ENCODER, List.of(row))), folder, spark);
        } else if (stage instanceof DefaultParamsWritable) {
            StageFiles.write(stage, List.of(), folder, spark);
        } else {
            ((MLWritable) stage).write().session(spark).save(folder);
        }
    }

    /** Loads a model that this class or Spark has saved. */
    public static PipelineModel load(String folder, SparkSession spark) {
        Configuration hadoop = StageFiles.hadoop(spark);
        String json = StageFiles.metadata(folder, hadoop);
        DefaultParamsReader$.MODULE$.parseMetadata(json, PipelineModel.class.getName());
        JsonNode metadata = parsed(json, folder);
        JsonNode uids = metadata.path("paramMap").path("stageUids");
        Transformer[] stages = new Transformer[uids.size()];
        for (int i = 0; i < stages.length; i++) {
            stages[i] = load(stage(folder, i, stages.length, uids.get(i).asText()), hadoop, spark);
        }
        return new PipelineModel(metadata.path("uid").asText(), stages);
    }

    private static Transformer load(String folder, Configuration hadoop, SparkSession spark) {
        String type = parsed(StageFiles.metadata(folder, hadoop), folder)
                .path("class")
                .asText();
        try {
            Class<? extends Transformer> stage = Class.forName(type, true, PipelineFiles.class.getClassLoader())
                    .asSubclass(Transformer.class);
            return reader(stage).session(spark).load(folder);
        } catch (ReflectiveOperationException | ClassCastException e) {
            throw new IllegalStateException("stage " + type + " in " + folder + " cannot be loaded", e);
        }
    }

    private static MLReader<? extends Transformer> reader(Class<? extends Transformer> type)
            throws ReflectiveOperationException {
        if (type == StringIndexerModel.class) {
            return StageFiles.reader(StringIndexerModel.class, PipelineFiles::indexer);
        } else if (type == OneHotEncoderModel.class) {
            return StageFiles.reader(OneHotEncoderModel.class, PipelineFiles::encoder);
        } else if (DefaultParamsWritable.class.isAssignableFrom(type)) {
            return ofParameters(type);
        }
        MLReader<?> own = (MLReader<?>) type.getMethod("read").invoke(null);
        return new MLReader<>() {
            @Override
            public Transformer load(String folder) {
                return (Transformer) own.session(sparkSession()).load(folder);
            }
        };
    }

    private static <T extends Transformer> MLReader<T> ofParameters(Class<T> type) throws NoSuchMethodException {
        Constructor<T> constructor = type.getConstructor(String.class);
        return StageFiles.reader(type, (uid, saved) -> create(constructor, uid));
    }

    private static <T> T create(Constructor<T> constructor, String uid) {
        try {
            return constructor.newInstance(uid);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("stage " + uid + " cannot be made", e);
        }
    }

    private static StringIndexerModel indexer(String uid, StageFiles.Saved saved) {
        Row row = saved.rows(DATA, INDEXER).get(0);
        String[][] labels = row.<Seq<String>>getList(0).stream()
                .map(column -> CollectionConverters.asJava(column).toArray(String[]::new))
                .toArray(String[][]::new);
        return new StringIndexerModel(uid, labels);
    }

    private static OneHotEncoderModel encoder(String uid, StageFiles.Saved saved) {
        return new OneHotEncoderModel(
                uid,
                saved.rows(DATA, ENCODER).get(0).<Integer>getList(0).stream()
                        .mapToInt(Integer::intValue)
                        .toArray());
    }

    private static JsonNode parsed(String json, String folder) {
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException("the metadata in " + folder + " cannot be read", e);
        }
    }

    /** Where Spark ML has a stage: its place, with as many digits as the last one has, and its uid. */
    private static String stage(String folder, int place, int stages, String uid) {
        int digits = String.valueOf(stages).length();
        return new Path(new Path(folder, "stages"), String.format(Locale.ROOT, "%0" + digits + "d_%s", place, uid))
                .toString();
    }
}
