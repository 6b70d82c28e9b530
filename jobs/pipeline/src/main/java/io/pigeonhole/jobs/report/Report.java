package io.pigeonhole.jobs.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pigeonhole.jobs.configuration.ModelConfig;
import io.pigeonhole.jobs.predictions.JudgementTables;
import io.pigeonhole.jobs.runs.Session;
import io.pigeonhole.transforms.PipelineException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The report about one model version on one split, as one HTML file. */
public final class Report {

    /** Largest number of leaves with their own curves: enough to choose from, few enough for a small file. */
    private static final int WORST = 16;

    private static final int LARGEST = 8;

    private static final Set<String> HEADLINES =
            Set.of("accuracy", "macro_f1", "log_loss", "expected_calibration_error");

    private final Session session;
    private final Evaluated subject;

    public Report(Session session, Evaluated subject) {
        this.session = session;
        this.subject = subject;
    }

    /**
     * Writes the file, replacing an existing one.
     *
     * @throws PipelineException (configuration) if it cannot be written
     */
    public void write(Path file) {
        requireFolder(file);
        String html = Page.of(json().toString());
        session.progress().update("report " + subject.model() + ": writing " + file);
        try {
            Files.writeString(file, html);
        } catch (IOException e) {
            throw ReportErrors.cannotBeWritten(file, e.toString());
        }
    }

    /** Checks that the file can be written, before any table is read. */
    private static void requireFolder(Path file) {
        Path folder = file.toAbsolutePath().getParent();
        if (folder == null || !Files.isWritable(folder) || Files.isDirectory(file)) {
            throw ReportErrors.cannotBeWritten(
                    file, "there is no such folder that can be written to, or this is a folder itself");
        }
    }

    /** All data of the page; sections without data are absent. */
    ObjectNode json() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("pipeline", session.config().name());
        json.put("model", subject.model());
        json.put("version", subject.version());
        json.put("split", subject.split());
        json.put("written", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
        json.put("confidence_level", session.config().evaluate().confidenceLevel());
        json.put("minimum_support", session.config().evaluate().minimumSupport());
        phase("summary");
        json.set("summary", summary());
        json.set("models", models());
        GainOverPrior.of(session, subject).ifPresent(gain -> json.set("gain_over_prior", gain.json()));
        CascadeSection.json(session, subject).ifPresent(cascade -> json.set("cascade", cascade));
        phase("classes");
        Classes classes = Classes.read(session, subject);
        json.set("classes", classes.json());
        phase("confusions");
        Confusions confusions = Confusions.read(session, subject, classes);
        if (!confusions.isEmpty()) {
            json.set("confusion", confusions.json());
        }
        addCurves(json, classes, confusions);
        phase("slices and verdicts");
        Optional.of(SliceSection.json(session, subject))
                .filter(slices -> !SliceSection.isEmpty(slices))
                .ifPresent(slices -> json.set("slices", slices));
        Optional.of(UnknownSection.json(session, subject))
                .filter(unknown -> !unknown.isEmpty())
                .ifPresent(unknown -> json.set("unknown", unknown));
        Optional.of(ProposedSection.json(session, subject))
                .filter(proposed -> !proposed.isEmpty())
                .ifPresent(proposed -> json.set("proposed", proposed));
        Optional.of(DecidersSection.json(session, subject))
                .filter(deciders -> !deciders.isEmpty())
                .ifPresent(deciders -> json.set("deciders", deciders));
        for (Verdicts verdicts : List.of(Verdicts.COMPARISONS, Verdicts.GATES)) {
            verdicts.json(session, subject).ifPresent(rows -> json.set(verdicts.name(), rows));
        }
        phase("lineage");
        json.set("lineage", Lineage.json(session, subject));
        return json;
    }

    private void addCurves(ObjectNode json, Classes classes, Confusions confusions) {
        phase("curves");
        Set<String> chosen = new LinkedHashSet<>(classes.worst(WORST));
        chosen.addAll(classes.largest(LARGEST));
        chosen.addAll(confusions.heatMap());
        Optional.of(ReliabilitySection.calibration(session, subject, classes, chosen))
                .filter(bins -> !bins.isEmpty())
                .ifPresent(bins -> json.set("calibration", bins));
        Optional.of(ReliabilitySection.curves(session, subject, classes, chosen))
                .filter(curves -> !curves.isEmpty())
                .ifPresent(curves -> json.set("curves", curves));
    }

    private void phase(String what) {
        session.progress().update("report " + subject.model() + ": reading " + what);
    }

    private ArrayNode summary() {
        return Values.objects(
                session.store().rows(JudgementTables.EVALUATION_SUMMARY, subject.wholeSplit()).stream()
                        .sorted(Evaluated.LEAVES_FIRST.thenComparing(row -> row.<String>getAs("metric"))),
                List.of("level", "metric", "value", "low", "high", "support", "method"));
    }

    /** The headline figures of the configured models, each for the version that its latest run evaluated. */
    private ArrayNode models() {
        ArrayNode models = JsonNodeFactory.instance.arrayNode();
        for (ModelConfig model : session.config().models()) {
            Optional<Integer> version = model.name().equals(subject.model())
                    ? Optional.of(subject.version())
                    : Evaluated.latest(session, model.name(), subject.split());
            version.ifPresent(number -> models.addObject()
                    .put("model", model.name())
                    .put("version", number)
                    .set("figures", headlines(new Evaluated(model.name(), number, subject.split()))));
        }
        return models;
    }

    private ArrayNode headlines(Evaluated evaluated) {
        return Values.objects(
                session.store().rows(JudgementTables.EVALUATION_SUMMARY, evaluated.leaves()).stream()
                        .filter(row -> HEADLINES.contains(row.<String>getAs("metric")))
                        .sorted(Comparator.comparing(row -> row.<String>getAs("metric"))),
                List.of("metric", "value", "low", "high"));
    }
}
