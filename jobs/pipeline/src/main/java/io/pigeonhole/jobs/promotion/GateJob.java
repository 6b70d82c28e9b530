package io.pigeonhole.jobs.promotion;

import static org.apache.spark.sql.functions.lit;

import io.pigeonhole.evaluation.gates.GateFigure;
import io.pigeonhole.evaluation.gates.GateStatement;
import io.pigeonhole.evaluation.gates.GateVerdict;
import io.pigeonhole.evaluation.gates.Gates;
import io.pigeonhole.evaluation.predictions.Predictions;
import io.pigeonhole.jobs.examples.ExampleTables;
import io.pigeonhole.jobs.examples.SlicesAndGroups;
import io.pigeonhole.jobs.models.Stages;
import io.pigeonhole.jobs.models.TrainedModel;
import io.pigeonhole.jobs.predictions.JudgementTables;
import io.pigeonhole.jobs.predictions.JudgingJob;
import io.pigeonhole.jobs.predictions.PredictionTables;
import io.pigeonhole.jobs.predictions.ScoredSplit;
import io.pigeonhole.jobs.runs.Identity;
import io.pigeonhole.jobs.runs.Input;
import io.pigeonhole.jobs.runs.JobNames;
import io.pigeonhole.jobs.runs.Outcome;
import io.pigeonhole.jobs.runs.Run;
import io.pigeonhole.jobs.runs.Session;
import io.pigeonhole.jobs.store.Output;
import io.pigeonhole.jobs.store.RowCondition;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Judges the configured gates of one model version on its predictions and, if a gate needs them, the champion's. */
public final class GateJob extends JudgingJob {

    /** @param version version of the model; if absent, the latest trained one */
    public GateJob(String model, Optional<Integer> version) {
        super(JobNames.GATE, model, version, JudgementTables.GATES);
    }

    @Override
    public Identity identity(Session session) {
        if (session.config().gates().statements().isEmpty()) {
            throw PromotionErrors.noGates();
        }
        ScoredSplit candidate = candidate(session);
        List<String> upstream = new ArrayList<>(candidate.runIds());
        List<Input> inputs = new ArrayList<>(List.of(candidate.artifact(), candidate.input(session)));
        parts(session).input(session, String.join(",", candidate.runIds())).ifPresent(inputs::add);
        champion(session, candidate.version()).ifPresent(scored -> {
            upstream.addAll(scored.runIds());
            inputs.add(scored.artifact());
            inputs.add(scored.input(session));
        });
        return new Identity(
                session.config()
                        .settings("gates", "evaluate", "labels.critical")
                        .and(SlicesAndGroups.settings(session)),
                upstream,
                inputs);
    }

    private static SlicesAndGroups parts(Session session) {
        return SlicesAndGroups.ofSplit(session, session.config().gates().split());
    }

    private ScoredSplit candidate(Session session) {
        return ScoredSplit.find(
                session, version(session), session.config().gates().split());
    }

    /** The champion, if a gate needs it and it is not the judged version itself. */
    private static Optional<ScoredSplit> champion(Session session, TrainedModel candidate) {
        return aboutChampion(session) == 0
                ? Optional.empty()
                : Stages.of(session)
                        .champion()
                        .filter(champion -> !champion.equals(candidate))
                        .map(champion -> ScoredSplit.find(
                                session, champion, session.config().gates().split()));
    }

    private static long aboutChampion(Session session) {
        return session.config().gates().statements().stream()
                .filter(statement -> statement.reference() == GateStatement.Reference.CHAMPION)
                .count();
    }

    /**
     * The critical classes of the present configuration; the table {@code classes} has those of the last extraction.
     */
    private static SortedSet<String> critical(Session session) {
        return new TreeSet<>(session.config().labels().critical());
    }

    @Override
    public Outcome run(Session session, Run run) {
        requireKnownClasses(session);
        ScoredSplit candidate = candidate(session);
        Optional<ScoredSplit> champion = champion(session, candidate.version());
        List<GateFigure> figures = Gates.judge(
                judged(session, run, candidate),
                champion.map(scored -> judged(session, run, scored)),
                critical(session),
                session.config().gates().spec(),
                session.config().evaluate());
        Dataset<Row> rows = session.spark()
                .createDataFrame(figures.stream().map(GateFigure::toRow).toList(), GateFigure.SCHEMA)
                .withColumn("sha256", lit(candidate.version().sha256()));
        List<RowCondition> superseded = List.of(RowCondition.having(
                Map.of("model", subject(), "version", candidate.version().version())));
        Output output = session.store().replaceRun(JudgementTables.GATES, rows, run.id(), superseded);
        return outcome(output, candidate.version(), figures, champion.isPresent() ? 0 : aboutChampion(session));
    }

    private static Gates.Version judged(Session session, Run run, ScoredSplit scored) {
        Dataset<Row> predictions = SlicesAndGroups.join(
                session,
                scored.read(session, run.version(PredictionTables.PREDICTIONS)),
                parts(session).read(session, run));
        return new Gates.Version(predictions, withUnknown(session, run, scored));
    }

    /** The predictions with those of rows of no class, if decisions obey a rule for them. */
    private static Optional<Dataset<Row>> withUnknown(Session session, Run run, ScoredSplit scored) {
        return session.config()
                .score()
                .unknown()
                .map(rule -> scored.all(session, run.version(PredictionTables.PREDICTIONS)))
                .filter(rows -> List.of(rows.columns()).contains(Predictions.IS_UNKNOWN));
    }

    private static void requireKnownClasses(Session session) {
        Set<String> unknown = critical(session);
        for (GateStatement statement : session.config().gates().statements()) {
            if (statement.subject() instanceof GateStatement.OneClass one) {
                unknown.add(one.label());
            }
        }
        SortedSet<String> known = new TreeSet<>();
        session.store()
                .read(ExampleTables.CLASSES)
                .select("label")
                .collectAsList()
                .forEach(row -> known.add(row.getString(0)));
        unknown.removeAll(known);
        if (!unknown.isEmpty()) {
            throw PromotionErrors.unknownClasses(unknown, known);
        }
    }

    private static Outcome outcome(Output output, TrainedModel version, List<GateFigure> figures, long leftOut) {
        Map<String, Double> counts = new TreeMap<>();
        for (GateVerdict verdict : GateVerdict.values()) {
            counts.put(verdict.label(), (double) figures.stream()
                    .filter(figure -> figure.verdict() == verdict)
                    .count());
        }
        return new Outcome(
                List.of(output),
                counts,
                String.format(
                        Locale.ROOT,
                        "version %d: %.0f gates passed, %.0f failed, %.0f without enough data%s",
                        version.version(),
                        counts.get(GateVerdict.PASS.label()),
                        counts.get(GateVerdict.FAIL.label()),
                        counts.get(GateVerdict.NOT_ENOUGH_DATA.label()),
                        leftOut == 0 ? "" : "; " + leftOut + " left out, as there is no other champion"));
    }
}
