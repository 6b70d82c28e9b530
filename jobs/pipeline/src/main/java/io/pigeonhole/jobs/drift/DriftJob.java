package io.pigeonhole.jobs.drift;

import io.pigeonhole.evaluation.drift.Drift;
import io.pigeonhole.evaluation.drift.DriftFigure;
import io.pigeonhole.evaluation.drift.DriftVerdict;
import io.pigeonhole.jobs.configuration.DriftConfig;
import io.pigeonhole.jobs.models.TrainedModel;
import io.pigeonhole.jobs.predictions.JudgementTables;
import io.pigeonhole.jobs.predictions.JudgingJob;
import io.pigeonhole.jobs.predictions.PredictionTables;
import io.pigeonhole.jobs.predictions.ScoredSplit;
import io.pigeonhole.jobs.runs.Identity;
import io.pigeonhole.jobs.runs.JobNames;
import io.pigeonhole.jobs.runs.Outcome;
import io.pigeonhole.jobs.runs.Run;
import io.pigeonhole.jobs.runs.Session;
import io.pigeonhole.jobs.store.Output;
import io.pigeonhole.jobs.store.RowCondition;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Compares the predictions of a model version on one split with those on another, without labels. */
public final class DriftJob extends JudgingJob {

    /** Figure: how many of the two distances, of predicted labels and of confidence, have drifted. */
    public static final String DRIFTED = "distances_drifted";

    /** @param version version of the model; if absent, the latest trained one */
    public DriftJob(String model, Optional<Integer> version) {
        super(JobNames.DRIFT, model, version, JudgementTables.DRIFT);
    }

    @Override
    public Identity identity(Session session) {
        List<ScoredSplit> both = both(session);
        return new Identity(
                session.config().settings("drift", "evaluate"),
                both.stream()
                        .flatMap(scored -> scored.runIds().stream())
                        .distinct()
                        .toList(),
                Stream.concat(Stream.of(both.get(0).artifact()), both.stream().map(scored -> scored.input(session)))
                        .toList());
    }

    /** The base split and the split that is compared with it. */
    private List<ScoredSplit> both(Session session) {
        DriftConfig config = session.config().drift();
        if (config.split().equals(config.baseSplit())) {
            throw DriftErrors.sameSplit(config.split());
        }
        TrainedModel trained = version(session);
        return List.of(
                ScoredSplit.find(session, trained, config.baseSplit()),
                ScoredSplit.find(session, trained, config.split()));
    }

    @Override
    public Outcome run(Session session, Run run) {
        List<ScoredSplit> both = both(session);
        long predictions = run.version(PredictionTables.PREDICTIONS);
        List<DriftFigure> figures = Drift.between(
                both.get(0).read(session, predictions),
                both.get(1).read(session, predictions),
                session.config().evaluate(),
                session.config().drift().spec());
        ScoredSplit base = both.get(0);
        ScoredSplit later = both.get(1);
        Output output = session.store()
                .replaceRun(
                        JudgementTables.DRIFT,
                        session.spark()
                                .createDataFrame(
                                        figures.stream().map(DriftFigure::toRow).toList(), DriftFigure.SCHEMA),
                        run.id(),
                        List.of(RowCondition.having(Map.of(
                                "model", subject(),
                                "version", later.version().version(),
                                "split", later.split(),
                                "base_split", base.split()))));
        return outcome(output, base, later, figures);
    }

    private static Outcome outcome(Output output, ScoredSplit base, ScoredSplit later, List<DriftFigure> figures) {
        Map<String, Double> counts = new TreeMap<>();
        counts.put(DRIFTED, drifted(figures, false));
        counts.put("classes_drifted", drifted(figures, true));
        for (DriftFigure figure : figures) {
            if (figure.label() == null) {
                counts.put(figure.metric() + "_distance", figure.distance());
                counts.put(figure.metric() + "_p", figure.adjustedP());
            }
        }
        boolean isEnough = figures.stream().noneMatch(figure -> figure.verdict() == DriftVerdict.NOT_ENOUGH_DATA);
        return new Outcome(
                List.of(output),
                counts,
                String.format(
                        Locale.ROOT,
                        "version %d on %s against %s: %s; predicted labels %.4f apart, confidence %.4f; shares of %.0f classes"
                                + " changed",
                        later.version().version(),
                        later.split(),
                        base.split(),
                        isEnough ? (counts.get(DRIFTED) > 0 ? "drifted" : "no drift") : "not enough data",
                        counts.get(DriftFigure.PREDICTED_LABELS + "_distance"),
                        counts.get(DriftFigure.CONFIDENCE + "_distance"),
                        counts.get("classes_drifted")));
    }

    private static double drifted(List<DriftFigure> figures, boolean classes) {
        return figures.stream()
                .filter(figure -> (figure.label() != null) == classes)
                .filter(figure -> figure.verdict() == DriftVerdict.DRIFTED)
                .count();
    }
}
