package io.pigeonhole.jobs.compare;

import static org.apache.spark.sql.functions.col;

import io.pigeonhole.evaluation.comparison.Comparison;
import io.pigeonhole.jobs.configuration.CompareConfig;
import io.pigeonhole.jobs.examples.SlicesAndGroups;
import io.pigeonhole.jobs.models.ModelRegistry;
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
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Compares one model version with another: on the same split example by example, on different splits, such as later
 * data, as two sets of rows.
 */
public final class CompareJob extends JudgingJob {

    private final Optional<String> baseModel;
    private final Optional<Integer> baseVersion;

    /**
     * @param version version of the model; if absent, the latest trained one
     * @param baseModel model to compare with; if absent, the champion, or on another split the same version
     * @param baseVersion version of {@code baseModel}; if absent, the latest trained one
     */
    public CompareJob(
            String model, Optional<Integer> version, Optional<String> baseModel, Optional<Integer> baseVersion) {
        super(JobNames.COMPARE, model, version, JudgementTables.COMPARISONS);
        this.baseModel = baseModel;
        this.baseVersion = baseVersion;
    }

    @Override
    public Identity identity(Session session) {
        ScoredSplit challenger = challenger(session);
        ScoredSplit base = base(session, challenger.version());
        List<Input> inputs = new ArrayList<>(
                List.of(challenger.artifact(), challenger.input(session), base.artifact(), base.input(session)));
        Stream.of(challenger, base)
                .flatMap(scored ->
                        SlicesAndGroups.ofSplit(session, scored.split())
                                .input(session, String.join(",", scored.runIds()))
                                .stream())
                .findFirst()
                .ifPresent(inputs::add);
        return new Identity(
                session.config().settings("compare", "evaluate").and(SlicesAndGroups.settings(session)),
                Stream.of(challenger, base)
                        .flatMap(scored -> scored.runIds().stream())
                        .distinct()
                        .toList(),
                inputs);
    }

    private ScoredSplit challenger(Session session) {
        return ScoredSplit.find(
                session, version(session), session.config().compare().split());
    }

    private ScoredSplit base(Session session, TrainedModel challenger) {
        CompareConfig config = session.config().compare();
        boolean paired = config.split().equals(config.baseSplit());
        TrainedModel base = baseModel
                .map(name -> ModelRegistry.find(session, name, baseVersion))
                .or(() -> paired ? Stages.of(session).champion() : Optional.of(challenger))
                .orElseThrow(() -> CompareErrors.noChampion());
        if (paired && base.equals(challenger)) {
            throw CompareErrors.comparedWithItself(base);
        }
        return ScoredSplit.find(session, base, config.baseSplit());
    }

    @Override
    public Outcome run(Session session, Run run) {
        CompareConfig config = session.config().compare();
        ScoredSplit challenger = challenger(session);
        ScoredSplit base = base(session, challenger.version());
        Dataset<Row> ofChallenger = predictions(session, run, challenger);
        Dataset<Row> ofBase = predictions(session, run, base);
        Dataset<Row> rows = challenger.split().equals(base.split())
                ? Comparison.onSameExamples(
                        ofBase, ofChallenger, session.config().evaluate(), config.spec())
                : Comparison.onOtherExamples(
                        ofBase, ofChallenger, session.config().evaluate(), config.spec());
        Output output =
                session.store().replaceRun(JudgementTables.COMPARISONS, rows, run.id(), superseded(challenger, base));
        return outcome(session, output, run, challenger, base);
    }

    private static Dataset<Row> predictions(Session session, Run run, ScoredSplit scored) {
        return SlicesAndGroups.join(
                session,
                scored.read(session, run.version(PredictionTables.PREDICTIONS)),
                SlicesAndGroups.ofSplit(session, scored.split()).read(session, run));
    }

    /** Condition of the earlier comparisons of the same two versions. */
    private static List<RowCondition> superseded(ScoredSplit challenger, ScoredSplit base) {
        return List.of(RowCondition.having(Map.of(
                "model", challenger.version().model(),
                "version", challenger.version().version(),
                "split", challenger.split(),
                "base_model", base.version().model(),
                "base_version", base.version().version(),
                "base_split", base.split())));
    }

    private static Outcome outcome(Session session, Output output, Run run, ScoredSplit challenger, ScoredSplit base) {
        List<Row> written = session.store()
                .read(JudgementTables.COMPARISONS)
                .filter(col("run_id").equalTo(run.id()))
                .select("label", "metric", "verdict", "difference", "low", "high", "slice", "level")
                .collectAsList();
        List<Row> whole = written.stream()
                .filter(row ->
                        row.getString(6).equals("all") && row.getString(7).equals("leaf"))
                .toList();
        Map<String, Double> figures = new TreeMap<>();
        whole.stream()
                .filter(row -> !row.isNullAt(0))
                .forEach(row -> figures.merge(row.getString(1) + "_" + row.getString(2), 1.0, Double::sum));
        Row accuracy = whole.stream()
                .filter(row -> row.isNullAt(0) && row.getString(1).equals("accuracy"))
                .findFirst()
                .orElseThrow();
        figures.put("accuracy_difference", accuracy.getDouble(3));
        return new Outcome(
                List.of(output),
                figures,
                String.format(
                        Locale.ROOT,
                        "version %d on %s against %s version %d on %s: accuracy %+.4f [%+.4f, %+.4f], %s; %d classes"
                                + " better in recall, precision or F1, %d worse",
                        challenger.version().version(),
                        challenger.split(),
                        base.version().model(),
                        base.version().version(),
                        base.split(),
                        accuracy.getDouble(3),
                        accuracy.getDouble(4),
                        accuracy.getDouble(5),
                        accuracy.getString(2),
                        classes(whole, "better"),
                        classes(whole, "worse")));
    }

    /** Number of classes with a verdict in at least one metric. */
    private static long classes(List<Row> figures, String verdict) {
        return figures.stream()
                .filter(row -> !row.isNullAt(0) && row.getString(2).equals(verdict))
                .map(row -> row.getString(0))
                .distinct()
                .count();
    }
}
