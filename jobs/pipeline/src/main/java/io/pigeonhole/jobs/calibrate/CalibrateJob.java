package io.pigeonhole.jobs.calibrate;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.xxhash64;

import io.pigeonhole.evaluation.predictions.Predictions;
import io.pigeonhole.jobs.configuration.ModelConfig;
import io.pigeonhole.jobs.configuration.PipelineConfig;
import io.pigeonhole.jobs.configuration.Settings;
import io.pigeonhole.jobs.configuration.UnknownConfig;
import io.pigeonhole.jobs.embeddings.Embeddings;
import io.pigeonhole.jobs.examples.DealtExamples;
import io.pigeonhole.jobs.examples.ExampleTables;
import io.pigeonhole.jobs.models.ModelRegistry;
import io.pigeonhole.jobs.models.ModelTables;
import io.pigeonhole.jobs.models.TrainedModel;
import io.pigeonhole.jobs.runs.Forecast;
import io.pigeonhole.jobs.runs.Hashes;
import io.pigeonhole.jobs.runs.Identity;
import io.pigeonhole.jobs.runs.Input;
import io.pigeonhole.jobs.runs.Job;
import io.pigeonhole.jobs.runs.JobNames;
import io.pigeonhole.jobs.runs.Outcome;
import io.pigeonhole.jobs.runs.Plan;
import io.pigeonhole.jobs.runs.Run;
import io.pigeonhole.jobs.runs.Session;
import io.pigeonhole.jobs.store.Output;
import io.pigeonhole.training.calibration.CalibratedModel;
import io.pigeonhole.training.calibration.CalibrationMethod;
import io.pigeonhole.training.calibration.Calibrator;
import io.pigeonhole.training.calibration.CrossFit;
import io.pigeonhole.training.calibration.UnknownRule;
import io.pigeonhole.transforms.Columns;
import io.pigeonhole.transforms.Taxonomy;
import io.pigeonhole.transforms.TrainedClassifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.Transformer;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;

/** Calibrates the latest trained version of one model on the validation split, and fits its prediction sets there. */
public final class CalibrateJob implements Job {

    /** Names of the phases in {@code run_phases}. */
    private static final String READING = "reading the validation split";

    private static final String FITTING = "fitting";

    private static final String JUDGING = "judging by rows held out";

    private static final String VALIDATION = "validation";

    private final ModelConfig model;

    public CalibrateJob(ModelConfig model) {
        this.model = model;
    }

    @Override
    public String name() {
        return JobNames.CALIBRATE;
    }

    @Override
    public String subject() {
        return model.name();
    }

    @Override
    public Identity identity(Session session) {
        PipelineConfig config = session.config();
        String trained = session.runs().latestDone(JobNames.TRAIN, model.name());
        String stratified = session.runs().latestDone(JobNames.STRATIFY, "");
        TrainedModel base = ModelRegistry.latestTrained(session, model.name());
        return new Identity(
                Settings.of("models", model)
                        .only("models.calibration")
                        .and(config.settings(
                                "calibrate",
                                "score.unknown",
                                "stratify.group_column",
                                "evaluate.bootstrap_replicates",
                                "evaluate.confidence_level",
                                "evaluate.seed",
                                "evaluate.bins")),
                List.of(trained, stratified),
                List.of(
                        base.inputOfRun(),
                        Input.of(session.store(), ExampleTables.EXAMPLES, stratified),
                        Input.of(session.store(), ExampleTables.SPLITS, stratified)));
    }

    @Override
    public Plan plan(Session session, Forecast forecast) {
        Optional<Long> rows = forecast.figure(JobNames.STRATIFY, "", "rows_" + VALIDATION);
        return new Plan(
                List.of(
                        ModelRegistry.amount(forecast, model.name()),
                        forecast.part(ExampleTables.EXAMPLES, rows),
                        forecast.part(ExampleTables.SPLITS, rows)),
                List.of(
                        ModelRegistry.amount(forecast, model.name()),
                        new Plan.Amount(
                                CalibrationTables.CALIBRATIONS.name(),
                                forecast.lastWritten(name(), subject(), CalibrationTables.CALIBRATIONS),
                                Optional.empty()),
                        new Plan.Amount(
                                ModelTables.CONFORMAL.name(),
                                forecast.table(ExampleTables.CLASSES).rows(),
                                Optional.empty())),
                List.of());
    }

    @Override
    public Outcome run(Session session, Run run) {
        TrainedModel base = ModelRegistry.latestTrained(session, model.name());
        if (base.seesValidation()) {
            throw CalibrateErrors.trainedOnValidation(base);
        }
        PipelineModel pipeline = ModelRegistry.load(session, base);
        TrainedClassifier classifier = ModelRegistry.classifier(pipeline);
        session.progress().phase(READING);
        Embeddings embeddings = Embeddings.ofModel(session, run, pipeline);
        Dataset<Row> validation = DealtExamples.read(session, run, List.of(VALIDATION));
        boolean needsUnknownRows = session.config()
                .score()
                .unknown()
                .filter(UnknownConfig::isChosenByBoth)
                .isPresent();
        Dataset<Row> examples = embeddings.onto(
                needsUnknownRows
                        ? validation.filter(col("label").isNotNull())
                        : DealtExamples.ofClasses(session, validation));
        Dataset<Row> labelled =
                scored(session.config(), examples, pipeline, classifier).persist(StorageLevel.MEMORY_AND_DISK());
        try {
            Column isOfClass = DealtExamples.isOfClass(session, col(Calibrator.LABEL));
            Dataset<Row> rows = labelled.filter(isOfClass);
            requireRows(rows);
            if (session.config().score().unknown().isPresent()
                    && classifier.labels().contains(Predictions.UNKNOWN)) {
                throw CalibrateErrors.classNamedUnknown(model.name());
            }
            session.progress().phase(FITTING);
            CrossFit fit = calibrator(session.config(), classifier).fit(rows, methods());
            session.progress().phase(JUDGING);
            MethodChoice choice = MethodChoice.of(fit, rows, classifier.labels().size(), model, session.config());
            FittedSets sets = FittedSets.of(
                    rows, classifier.labels(), session.config().calibrate().conformal());
            Optional<FittedRule> rule = session.config()
                    .score()
                    .unknown()
                    .map(asked -> FittedRule.of(rows, labelled.filter(not(isOfClass)), classifier, session.config()));
            PipelineModel whole = ModelRegistry.assemble(model.name(), stages(pipeline, rule, sets, fit, choice));
            TrainedModel calibrated =
                    ModelRegistry.register(session, run, whole, description(base, whole, rule, sets, choice));
            Output calibrations = session.store()
                    .replaceRun(
                            CalibrationTables.CALIBRATIONS, choice.table(session.spark(), calibrated, base), run.id());
            Output conformal = session.store()
                    .replaceRun(ModelTables.CONFORMAL, sets.table(session.spark(), calibrated), run.id());
            List<Output> outputs =
                    new ArrayList<>(List.of(session.store().output(ModelTables.MODELS, 1), calibrations, conformal));
            rule.ifPresent(fitted -> outputs.add(session.store()
                    .replaceRun(ModelTables.UNKNOWN_THRESHOLDS, fitted.table(calibrated), run.id(), List.of())));
            return new Outcome(
                    outputs,
                    choice.figures(),
                    String.format(
                            Locale.ROOT,
                            "version %d: %s%s",
                            calibrated.version(),
                            choice.summary(),
                            rule.map(FittedRule::summary).orElse("")),
                    embeddings.warnings());
        } finally {
            labelled.unpersist();
        }
    }

    /** The methods that are fitted and judged, always including the one without calibration. */
    private List<CalibrationMethod> methods() {
        return switch (model.calibration()) {
            case NONE -> List.of(CalibrationMethod.NONE);
            case TEMPERATURE -> List.of(CalibrationMethod.NONE, CalibrationMethod.TEMPERATURE);
            case VECTOR -> List.of(CalibrationMethod.NONE, CalibrationMethod.VECTOR);
            case ISOTONIC -> List.of(CalibrationMethod.NONE, CalibrationMethod.ISOTONIC);
            case AUTO -> List.of(CalibrationMethod.values());
        };
    }

    /** Each row's label and probabilities, with its unit for folds and bootstrap draws. */
    private static Dataset<Row> scored(
            PipelineConfig config, Dataset<Row> examples, PipelineModel pipeline, TrainedClassifier classifier) {
        Column unit = config.stratify()
                .groupColumn()
                .map(group -> coalesce(Columns.named(group).cast("string"), col("example_id")))
                .orElse(col("example_id"));
        List<Column> columns = new ArrayList<>(List.of(
                xxhash64(unit).as(Calibrator.UNIT),
                col("label").as(Calibrator.LABEL),
                col(classifier.probabilityColumn()).as(Calibrator.PROBABILITY)));
        Dataset<Row> scored = pipeline.transform(examples);
        if (config.score().unknown().isPresent()) {
            columns.add(col(TrainedClassifier.UNKNOWN_SCORE));
            scored = UnknownRule.withScore(scored, classifier);
        }
        return scored.select(columns.toArray(Column[]::new));
    }

    private static void requireRows(Dataset<Row> rows) {
        if (rows.isEmpty()) {
            throw CalibrateErrors.nothingToCalibrateOn();
        }
    }

    /** A hierarchical model is calibrated node by node, every other model as a whole. */
    private static Calibrator calibrator(PipelineConfig config, TrainedClassifier classifier) {
        Taxonomy taxonomy = classifier.isHierarchical() ? classifier.taxonomy() : Taxonomy.flat(classifier.labels());
        return new Calibrator(
                taxonomy, config.calibrate().folds(), config.calibrate().minimumRows());
    }

    /**
     * The stages of the trained version, followed by its rule for unknown rows and the calibration, if there are any, and
     * its prediction sets.
     */
    private List<Transformer> stages(
            PipelineModel pipeline, Optional<FittedRule> rule, FittedSets sets, CrossFit fit, MethodChoice choice) {
        List<Transformer> stages = new ArrayList<>(Arrays.asList(pipeline.stages()));
        rule.ifPresent(fitted -> stages.add(fitted.stage(model.name() + "-unknown")));
        stages.add(sets.stage(model.name() + "-sets"));
        if (!choice.method().equals(CalibrationMethod.NONE.code())) {
            stages.add(fit.model(model.name() + "-calibrated", choice.picked()));
        }
        return stages;
    }

    private ModelRegistry.Description description(
            TrainedModel base, PipelineModel whole, Optional<FittedRule> rule, FittedSets sets, MethodChoice choice) {
        TrainedClassifier classifier = ModelRegistry.classifier(whole);
        String calibration = Arrays.stream(whole.stages())
                .filter(CalibratedModel.class::isInstance)
                .map(stage -> ((CalibratedModel) stage).fingerprint())
                .findFirst()
                .orElse("");
        return new ModelRegistry.Description(
                model.name(),
                classifier.trainer(),
                choice.method(),
                Optional.of(base.version()),
                Hashes.sha256(String.join("\n", classifier.fingerprint(), sets.fingerprint(), calibration)
                        + rule.map(fitted -> "\n" + fitted.fingerprint()).orElse("")),
                choice.figures(),
                false);
    }
}
