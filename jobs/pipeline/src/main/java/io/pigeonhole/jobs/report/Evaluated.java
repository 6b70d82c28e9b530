package io.pigeonhole.jobs.report;

import static org.apache.spark.sql.functions.col;

import io.pigeonhole.evaluation.tables.EvaluationKey;
import io.pigeonhole.jobs.configuration.ModelConfig;
import io.pigeonhole.jobs.models.ModelTables;
import io.pigeonhole.jobs.predictions.JudgementTables;
import io.pigeonhole.jobs.runs.JobNames;
import io.pigeonhole.jobs.runs.RunLog;
import io.pigeonhole.jobs.runs.Session;
import io.pigeonhole.transforms.PipelineException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * A model version that was evaluated on a split: what a report is about.
 *
 * @param model name of the model
 * @param version of the model
 * @param split it was evaluated on
 */
public record Evaluated(String model, int version, String split) {

    private static final String CHAMPION = "champion";

    /**
     * The evaluation to report.
     *
     * @param model where absent, the champion if there is one, else the model with the highest macro F1 on the split
     * @param version where absent, the one that the latest run evaluated
     * @throws PipelineException (data contract) if there is none such
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

    /** The version evaluated by the latest run; where it left out the split, the highest that was evaluated on it. */
    public static Optional<Integer> latest(Session session, String model, String split) {
        String latestRun = session.runs()
                .latest(JobNames.EVALUATE, model)
                .map(RunLog.Entry::runId)
                .orElse("");
        return session
                .store()
                .read(JudgementTables.EVALUATION_SUMMARY)
                .filter(col(EvaluationKey.MODEL)
                        .equalTo(model)
                        .and(col(EvaluationKey.SPLIT).equalTo(split)))
                .orderBy(
                        col("run_id").equalTo(latestRun).desc(),
                        col(EvaluationKey.VERSION).desc())
                .select(EvaluationKey.VERSION)
                .takeAsList(1)
                .stream()
                .findFirst()
                .map(row -> row.getInt(0));
    }

    /** Model and version, as people write them. */
    public String name() {
        return model + " " + version;
    }

    /** Condition of the rows of an evaluation table that are about this. */
    Column rows() {
        return col(EvaluationKey.MODEL)
                .equalTo(model)
                .and(col(EvaluationKey.VERSION).equalTo(version))
                .and(col(EvaluationKey.SPLIT).equalTo(split));
    }

    /** The same, of the split as a whole. */
    Column wholeSplit() {
        return rows().and(col(EvaluationKey.SLICE).equalTo(EvaluationKey.ALL));
    }

    private boolean exists(Session session) {
        return !session.store()
                .read(JudgementTables.EVALUATION_SUMMARY)
                .filter(wholeSplit())
                .isEmpty();
    }

    private double macroF1(Session session) {
        Dataset<Row> figure = session.store()
                .read(JudgementTables.EVALUATION_SUMMARY)
                .filter(wholeSplit()
                        .and(col(EvaluationKey.LEVEL).equalTo(EvaluationKey.LEAF))
                        .and(col("metric").equalTo("macro_f1")))
                .select("value");
        return figure.takeAsList(1).stream()
                .mapToDouble(row -> row.getDouble(0))
                .findFirst()
                .orElse(-1);
    }

    private static Set<String> champions(Session session) {
        return session
                .store()
                .readOrEmpty(ModelTables.MODELS)
                .filter(col("stage").equalTo(CHAMPION))
                .select("model", "version")
                .collectAsList()
                .stream()
                .map(row -> row.getString(0) + " " + row.getInt(1))
                .collect(Collectors.toSet());
    }
}
