package io.pigeonhole.jobs.embeddings;

import io.pigeonhole.embedding.BuiltIn;
import io.pigeonhole.embedding.Distillation;
import io.pigeonhole.embedding.EncoderSpec;
import io.pigeonhole.embedding.ModelFile;
import io.pigeonhole.jobs.runs.Input;
import io.pigeonhole.jobs.runs.Session;
import io.pigeonhole.jobs.runs.TaskProgress;
import io.pigeonhole.transforms.features.FeatureSpec;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;

/** The pretrained models that the features of a configuration name. */
public final class PretrainedModels {

    /** Name of the phase in {@code run_phases}. */
    private static final String DISTILLING = "distilling";

    private static final String FOLDER = "encoders";

    /** Hashes of files by path, size and time of change, so that a file is not read for each model of a run. */
    private static final Map<String, ModelFile> KNOWN = new ConcurrentHashMap<>();

    private PretrainedModels() {}

    /** The embeddings among some features. */
    public static List<FeatureSpec.Embedding> features(List<FeatureSpec> features) {
        return features.stream()
                .filter(FeatureSpec.Embedding.class::isInstance)
                .map(FeatureSpec.Embedding.class::cast)
                .toList();
    }

    /** The models among some features, as inputs of a run that trains on their vectors, with the hashes of their files. */
    public static List<Input> inputs(Session session, List<FeatureSpec> features) {
        return features(features).stream()
                .map(feature -> new Input(
                        "embedding of " + feature.column(),
                        Optional.empty(),
                        named(session, feature).hash()))
                .distinct()
                .toList();
    }

    /** The model of a feature, in the files that the configuration names. */
    static EncoderSpec named(Session session, FeatureSpec.Embedding feature) {
        Configuration hadoop = session.store().hadoop();
        if (feature.model().isEmpty()) {
            return EncoderSpec.of(feature, BuiltIn.MODEL, Optional.of(BuiltIn.TOKENIZER));
        }
        return EncoderSpec.of(
                feature,
                file(feature.model().get(), hadoop),
                feature.tokenizer().map(path -> file(path, hadoop)));
    }

    /**
     * The model of a feature, in copies of the files that belong to the store: one for each content. A version that was
     * trained with them does not depend on the user's files.
     */
    static EncoderSpec kept(Session session, FeatureSpec.Embedding feature) {
        EncoderSpec named = named(session, feature);
        EncoderSpec kept = feature.model().isEmpty()
                ? named
                : EncoderSpec.of(
                        feature, copy(session, named.model()), named.tokenizer().map(file -> copy(session, file)));
        return feature.method() == FeatureSpec.Method.FULL ? kept : kept.byTable(distilled(session, kept.full()));
    }

    /** The table of a model's tokens, which the first training of a store computes. */
    private static ModelFile distilled(Session session, EncoderSpec model) {
        Path table = table(session, model);
        if (!exists(session, table)) {
            session.progress().phase(DISTILLING);
            SparkSession spark = session.spark();
            byte[] bytes = TaskProgress.during(
                    spark.sparkContext(),
                    session.progress(),
                    "running the model on each token",
                    () -> Distillation.table(model, spark));
            write(session, table, bytes);
        }
        return file(table.toString(), session.store().hadoop());
    }

    private static Path table(Session session, EncoderSpec model) {
        return new Path(
                new Path(session.store().artifacts(), FOLDER), model.full().hash() + "/tokens.table");
    }

    /** Whether the table of a static embedding has to be computed. */
    static boolean isUndistilled(Session session, FeatureSpec.Embedding feature) {
        return feature.method() == FeatureSpec.Method.STATIC
                && !exists(session, table(session, named(session, feature)));
    }

    /** Bytes of the file of a model; of the built-in one if the path is empty, and 0 if there is no such file. */
    static long bytes(Session session, String model) {
        if (model.isEmpty()) {
            return BuiltIn.BYTES;
        }
        Path path = new Path(model);
        try {
            return path.getFileSystem(session.store().hadoop())
                    .getFileStatus(path)
                    .getLen();
        } catch (IOException e) {
            // the job explains what is wrong with it
            return 0;
        }
    }

    private static boolean exists(Session session, Path file) {
        try {
            return file.getFileSystem(session.store().hadoop()).exists(file);
        } catch (IOException e) {
            throw new UncheckedIOException("the file " + file + " cannot be looked for", e);
        }
    }

    private static ModelFile file(String location, Configuration hadoop) {
        Path path = new Path(location);
        String state;
        try {
            FileStatus status = path.getFileSystem(hadoop).getFileStatus(path);
            state = String.join(
                    " ", location, String.valueOf(status.getLen()), String.valueOf(status.getModificationTime()));
        } catch (IOException e) {
            // reading it explains what is wrong
            return ModelFile.of(location, hadoop);
        }
        return KNOWN.computeIfAbsent(state, key -> ModelFile.of(location, hadoop));
    }

    /** The same bytes in the store's folder of artifacts. They arrive whole or not at all. */
    private static ModelFile copy(Session session, ModelFile file) {
        Configuration hadoop = session.store().hadoop();
        Path folder = new Path(new Path(session.store().artifacts(), FOLDER), file.sha256());
        Path copy = new Path(folder, new Path(file.location()).getName());
        if (!exists(session, copy)) {
            write(session, copy, file.bytes(hadoop));
        }
        return new ModelFile(copy.toString(), file.sha256());
    }

    private static void write(Session session, Path file, byte[] bytes) {
        Path part = new Path(file.getParent(), "_" + UUID.randomUUID());
        try {
            FileSystem fileSystem = file.getFileSystem(session.store().hadoop());
            try (OutputStream out = fileSystem.create(part)) {
                out.write(bytes);
            }
            if (!fileSystem.rename(part, file)) {
                fileSystem.delete(part, false);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the file " + file + " of a pretrained model cannot be written", e);
        }
    }
}
