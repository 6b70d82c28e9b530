package io.pigeonhole.jobs.report;

import io.pigeonhole.evaluation.tables.EvaluationKey;
import io.pigeonhole.jobs.configuration.ModelConfig;
import io.pigeonhole.jobs.models.ModelTables;
import io.pigeonhole.jobs.predictions.JudgementTables;
import io.pigeonhole.jobs.runs.JobNames;
import io.pigeonhole.jobs.runs.RunLog;
import io.pigeonhole.jobs.runs.Session;
import io.pigeonhole.jobs.store.RowCondition;
import io.pigeonhole.transforms.PipelineException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.spark.sql.Row;

/**
 * A model version that was evaluated on a split: the subject of a report.
 *
 * @param model name of the model
 * @param version of the model
 * @param split split of the evaluation
 */
public record Evaluated(String model, int version, String split) {

    private static final String CHAMPION = "champion";

    /** Orders the rows of the leaves before those of the levels above them, which are ordered by name. */
    public static final Comparator<Row> LEAVES_FIRST = Comparator.comparing(
                    (Row row) -> !row.<String>getAs(EvaluationKey.LEVEL).equals(EvaluationKey.LEAF))
            .thenComparing(row -> row.<String>getAs(EvaluationKey.LEVEL));

    /**
     * Finds the evaluation to report.
     *
     * @param model if absent, the champion if there is one, otherwise the model with the highest macro F1 on the split
     * @param version if absent, the version that the latest run evaluated
     * @throws PipelineException (data contract) if there is no such evaluation
     */
    public static Evaluated find(Session session, Optional<String> model, Optional<Integer> version, String split) {
        List<String> names =
                session.config().models().stream().map(ModelConfig::name).toList();
        List<Evaluated> candidates = new ArrayList<>();
        for (String name : model.map(name -> List.of(name)).orElse(names)) {
            version.or(() -> latest(session, name, split))
                    .map(number -> new Evaluated(name, number, split))
                    .filter(candidate -> candidate.exists(session))
                    .ifPresent(candidates::add);
        }
        if (candidates.isEmpty()) {
            throw ReportErrors.notEvaluated(model, version, split);
        }
        Set<String> champions = champions(session);
        return candidates.stream()
                .max(Comparator.comparing((Evaluated candidate) -> champions.contains(candidate.name()))
                        .thenComparing(candidate -> candidate.macroF1(session))
                        .thenComparing(Evaluated::model, Comparator.reverseOrder()))
                .orElseThrow();
    }

    /** The version evaluated by the latest run; if that run left out the split, the highest version evaluated on it. */
    public static Optional<Integer> latest(Session session, String model, String split) {
        String latestRun = session.runs()
                .latest(JobNames.EVALUATE, model)
                .map(RunLog.Entry::runId)
                .orElse("");
        return session
                .store()
                .rows(
                        JudgementTables.EVALUATION_SUMMARY,
                        RowCondition.having(Map.of(EvaluationKey.MODEL, model, EvaluationKey.SPLIT, split)))
                .stream()
                .max(Comparator.comparing(
                                (Row row) -> row.<String>getAs("run_id").equals(latestRun))
                        .thenComparing(row -> row.<Integer>getAs(EvaluationKey.VERSION)))
                .map(row -> row.<Integer>getAs(EvaluationKey.VERSION));
    }

    /** Model and version as text for people. */
    public String name() {
        return model + " " + version;
    }

    /** Condition of the rows of this evaluation in an evaluation table. */
    public RowCondition rows() {
        return RowCondition.about(model, version, List.of(split));
    }

    /** Condition of its rows for the split as a whole. */
    public RowCondition wholeSplit() {
        return rows().and(EvaluationKey.SLICE, EvaluationKey.ALL);
    }

    /** Condition of its rows for the leaves of the taxonomy. */
    public RowCondition leaves() {
        return wholeSplit().and(EvaluationKey.LEVEL, EvaluationKey.LEAF);
    }

    private boolean exists(Session session) {
        return !session.store()
                .rows(JudgementTables.EVALUATION_SUMMARY, wholeSplit())
                .isEmpty();
    }

    private double macroF1(Session session) {
        return session.store().rows(JudgementTables.EVALUATION_SUMMARY, leaves().and("metric", "macro_f1")).stream()
                .mapToDouble(row -> row.<Double>getAs("value"))
                .findFirst()
                .orElse(-1);
    }

    private static Set<String> champions(Session session) {
        return session.store().rows(ModelTables.MODELS, RowCondition.having(Map.of("stage", CHAMPION))).stream()
                .map(row -> row.<String>getAs("model") + " " + row.<Integer>getAs("version"))
                .collect(Collectors.toSet());
    }
}
