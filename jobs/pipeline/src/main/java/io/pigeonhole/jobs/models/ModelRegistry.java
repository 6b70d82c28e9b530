package io.pigeonhole.jobs.models;

import io.pigeonhole.jobs.runs.Forecast;
import io.pigeonhole.jobs.runs.Hashes;
import io.pigeonhole.jobs.runs.JobNames;
import io.pigeonhole.jobs.runs.Plan;
import io.pigeonhole.jobs.runs.Run;
import io.pigeonhole.jobs.runs.RunLog;
import io.pigeonhole.jobs.runs.Session;
import io.pigeonhole.jobs.store.RowCondition;
import io.pigeonhole.training.LinearModel;
import io.pigeonhole.transforms.PipelineException;
import io.pigeonhole.transforms.TrainedClassifier;
import io.pigeonhole.transforms.files.PipelineFiles;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.ChecksumException;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.Transformer;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/** Model versions: saved pipeline models and their rows in the table {@code models}. */
public final class ModelRegistry {

    /** Name of the phase in {@code run_phases}. */
    private static final String SAVING = "saving";

    private static final int BUFFER = 1 << 16;

    private ModelRegistry() {}

    /**
     * The description of a version in the table.
     *
     * @param trainer code of the trainer
     * @param calibration code of the calibration
     * @param base for a calibrated version, the version that was calibrated; empty for a trained one
     * @param fingerprint equal for models that are identical to the last bit
     * @param figures of the run that made it
     * @param seesValidation whether it was trained on validation too
     */
    public record Description(
            String model,
            String trainer,
            String calibration,
            Optional<Integer> base,
            String fingerprint,
            Map<String, Double> figures,
            boolean seesValidation) {

        public static Description ofTrained(
                String model, TrainedClassifier trained, Map<String, Double> figures, boolean seesValidation) {
            return new Description(
                    model, trained.trainer(), "none", Optional.empty(), trained.fingerprint(), figures, seesValidation);
        }
    }

    /**
     * Saves the model under the run's id and gives it a version. A rerun keeps its earlier version and stage, and
     * intact files: the gates were judged on these files, and a champion stays champion.
     */
    public static TrainedModel register(Session session, Run run, PipelineModel model, Description about) {
        List<Row> versions =
                session.store().rows(ModelTables.MODELS, RowCondition.having(Map.of("model", about.model())));
        Optional<Row> before = versions.stream()
                .filter(row -> row.getAs("run_id").equals(run.id()))
                .findFirst();
        Optional<TrainedModel> intact =
                before.map(ModelRegistry::trained).filter(earlier -> isIntact(session, earlier));
        if (intact.isPresent()) {
            return intact.get();
        }
        String artifact = about.model() + "/" + run.id();
        String folder = folder(session, artifact);
        session.progress().phase(SAVING);
        PipelineFiles.save(model, folder, session.spark());
        TrainedModel trained = new TrainedModel(
                about.model(),
                before.map(earlier -> earlier.<Integer>getAs("version")).orElseGet(() -> next(versions)),
                artifact,
                sha256(session.store().hadoop(), folder),
                run.id(),
                about.seesValidation());
        Row row = RowFactory.create(
                trained.model(),
                trained.version(),
                about.trainer(),
                about.calibration(),
                about.base().orElse(null),
                about.seesValidation() ? ModelTables.TRAIN_AND_VALIDATION : ModelTables.TRAIN,
                before.map(earlier -> earlier.<String>getAs("stage")).orElse("candidate"),
                artifact,
                trained.sha256(),
                about.fingerprint(),
                new TreeMap<>(about.figures())
                        .entrySet().stream()
                                .map(figure -> RowFactory.create(figure.getKey(), figure.getValue()))
                                .toArray(Row[]::new),
                Timestamp.from(Instant.now().truncatedTo(ChronoUnit.MILLIS)),
                before.map(earlier -> earlier.<Row>getList(earlier.fieldIndex("stage_changes")))
                        .orElse(List.of())
                        .toArray(Row[]::new));
        session.store().replaceRun(ModelTables.MODELS, List.of(row), run.id(), List.of());
        return trained;
    }

    /** A model version as an input or output of a run: its row, and the bytes of its coefficients, parameters or trees. */
    public static Plan.Amount amount(Forecast forecast, String model) {
        return new Plan.Amount(
                ModelTables.MODELS.name(),
                Optional.of(1L),
                forecast.figure(JobNames.TRAIN, model, "coefficients")
                        .or(() -> forecast.figure(JobNames.TRAIN, model, "parameters"))
                        .map(count -> Float.BYTES * count)
                        .or(() -> forecast.figure(JobNames.TRAIN, model, "model_bytes")));
    }

    /** Folder for the checkpoints of a run's training, from which a retry of the run continues. */
    public static String checkpoints(Session session, Run run) {
        return folder(session, "checkpoints/" + run.id());
    }

    public static void deleteCheckpoints(Session session, Run run) {
        Path path = new Path(checkpoints(session, run));
        try {
            path.getFileSystem(session.store().hadoop()).delete(path, true);
        } catch (IOException e) {
            throw new UncheckedIOException("the checkpoints in " + path + " cannot be removed", e);
        }
    }

    private static String folder(Session session, String artifact) {
        return session.store().artifacts() + "/" + artifact;
    }

    private static int next(List<Row> versions) {
        return 1
                + versions.stream()
                        .mapToInt(row -> row.<Integer>getAs("version"))
                        .max()
                        .orElse(0);
    }

    /**
     * Finds a version of a model.
     *
     * @param version if absent, the latest calibrated version if the configuration calibrates the model, otherwise the
     *     latest trained one
     * @throws PipelineException (data contract) if there is no such version
     */
    public static TrainedModel find(Session session, String model, Optional<Integer> version) {
        if (version.isEmpty() && session.config().isCalibrated(model)) {
            String calibrated = session.runs().latestDone(JobNames.CALIBRATE, model);
            return find(session, model, row -> row.getAs("run_id").equals(calibrated), "calibrated version");
        }
        return version.map(number -> find(
                        session, model, row -> row.<Integer>getAs("version").equals(number), "version " + number))
                .orElseGet(() -> latestTrained(session, model));
    }

    /**
     * The latest trained version, without calibration.
     *
     * @throws PipelineException (data contract) if there is no such version
     */
    public static TrainedModel latestTrained(Session session, String model) {
        return find(session, model, row -> row.getAs("base_version") == null, "version");
    }

    private static TrainedModel find(Session session, String model, Predicate<Row> which, String what) {
        // returning to an earlier configuration reuses its version, so the latest is not always the highest
        String latestRun = session.runs()
                .latest(JobNames.TRAIN, model)
                .map(RunLog.Entry::runId)
                .orElse("");
        return session.store().rows(ModelTables.MODELS, RowCondition.having(Map.of("model", model))).stream()
                .filter(which)
                .max(Comparator.comparing((Row row) -> row.getAs("run_id").equals(latestRun))
                        .thenComparing(row -> row.<Integer>getAs("version")))
                .map(ModelRegistry::trained)
                .orElseThrow(() -> ModelsErrors.noVersion(what, model));
    }

    /** A row of the table {@code models}. */
    public static TrainedModel trained(Row row) {
        return new TrainedModel(
                row.getAs("model"),
                row.<Integer>getAs("version"),
                row.getAs("artifact"),
                Optional.ofNullable(row.<String>getAs("sha256")).orElse(""),
                row.getAs("run_id"),
                ModelTables.TRAIN_AND_VALIDATION.equals(row.<String>getAs("trained_on")));
    }

    /**
     * Loads a version.
     *
     * @throws PipelineException (data contract) if its files are not the saved ones
     */
    public static PipelineModel load(Session session, TrainedModel trained) {
        requireIntact(session, trained);
        return PipelineFiles.load(folder(session, trained.artifact()), session.spark());
    }

    /**
     * Compares the files' hash with the one in the table.
     *
     * @throws PipelineException (data contract) if the version's files are not the saved ones
     */
    public static void requireIntact(Session session, TrainedModel trained) {
        if (trained.sha256().isEmpty()) {
            throw ModelsErrors.noHash(trained);
        }
        if (!isIntact(session, trained)) {
            throw ModelsErrors.otherFiles(trained, folder(session, trained.artifact()));
        }
    }

    private static boolean isIntact(Session session, TrainedModel trained) {
        try {
            return sha256(session.store().hadoop(), folder(session, trained.artifact()))
                    .equals(trained.sha256());
        } catch (UncheckedIOException e) {
            if (e.getCause() instanceof ChecksumException) {
                // the file system keeps its own checksum beside the file
                return false;
            }
            throw e;
        }
    }

    /** The classifier of a pipeline; a calibration stage may follow it. */
    public static TrainedClassifier classifier(PipelineModel pipeline) {
        return Arrays.stream(pipeline.stages())
                .filter(TrainedClassifier.class::isInstance)
                .map(TrainedClassifier.class::cast)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("a saved pipeline without a classifier"));
    }

    /**
     * The classifier of a pipeline, which must be linear.
     *
     * @throws PipelineException (configuration) if it is not linear
     */
    public static LinearModel linear(PipelineModel pipeline) {
        TrainedClassifier classifier = classifier(pipeline);
        if (classifier instanceof LinearModel linear) {
            return linear;
        }
        throw ModelsErrors.notLinear(classifier);
    }

    /** Combines fitted stages into one model. */
    public static PipelineModel assemble(String uid, List<Transformer> stages) {
        return new PipelineModel(uid, stages);
    }

    /** Hash over names and bytes of the files of a folder, except checksum files and markers of the file system. */
    private static String sha256(Configuration hadoop, String folder) {
        Path root = new Path(folder);
        MessageDigest digest = Hashes.sha256();
        try {
            FileSystem fileSystem = root.getFileSystem(hadoop);
            TreeMap<String, Path> files = new TreeMap<>();
            if (fileSystem.exists(root)) {
                int prefix = fileSystem.getFileStatus(root).getPath().toString().length();
                for (RemoteIterator<LocatedFileStatus> it = fileSystem.listFiles(root, true); it.hasNext(); ) {
                    Path file = it.next().getPath();
                    if (!file.getName().startsWith(".") && !file.getName().startsWith("_")) {
                        files.put(file.toString().substring(prefix), file);
                    }
                }
            }
            for (Map.Entry<String, Path> file : files.entrySet()) {
                digest.update(file.getKey().getBytes(StandardCharsets.UTF_8));
                update(digest, fileSystem, file.getValue());
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the model in " + folder + " cannot be read", e);
        }
        return Hashes.hex(digest);
    }

    private static void update(MessageDigest digest, FileSystem fileSystem, Path file) throws IOException {
        byte[] buffer = new byte[BUFFER];
        try (InputStream in = fileSystem.open(file)) {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                digest.update(buffer, 0, read);
            }
        }
    }
}
