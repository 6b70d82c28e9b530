package io.pigeonhole.jobs.report;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pigeonhole.jobs.models.ModelTables;
import io.pigeonhole.jobs.predictions.JudgementTables;
import io.pigeonhole.jobs.predictions.ScoredSplit;
import io.pigeonhole.jobs.runs.JobNames;
import io.pigeonhole.jobs.runs.RunTables;
import io.pigeonhole.jobs.runs.Session;
import io.pigeonhole.jobs.store.RowCondition;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.sql.Row;

/** What each budget of a cascade buys, and the rows of the split that each of its models answered. */
final class CascadeSection {

    private static final List<String> POINT = List.of(
            "point",
            "share",
            "cost",
            "accuracy",
            "low",
            "high",
            "support",
            "efficient",
            "chosen",
            "certified",
            "confidence");

    private CascadeSection() {}

    /** The arrays {@code points} and {@code answered}; empty if the version is no cascade. */
    static Optional<ObjectNode> json(Session session, Evaluated subject) {
        RowCondition version =
                RowCondition.having(Map.of("model", subject.model(), "version", trained(session, subject)));
        List<Row> points = session.store().rows(ModelTables.CASCADE_FRONTIER, version).stream()
                .sorted(Comparator.comparing(row -> row.<Integer>getAs("point")))
                .toList();
        if (points.isEmpty()) {
            return Optional.empty();
        }
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.set("points", Values.objects(points.stream(), POINT));
        ObjectNode answered = json.putObject("answered");
        String start = ScoredSplit.decidedBy(subject.split());
        figures(session, subject).stream()
                .filter(figure -> figure.getString(0).startsWith(start))
                .forEach(figure ->
                        answered.put(figure.getString(0).substring(start.length()), (long) figure.getDouble(1)));
        return Optional.of(json);
    }

    /** The version that was trained: the version itself, or the one that it calibrates. */
    private static int trained(Session session, Evaluated subject) {
        RowCondition itself = RowCondition.having(Map.of("model", subject.model(), "version", subject.version()));
        return session.store().rows(ModelTables.MODELS, itself).stream()
                .filter(row -> row.getAs("base_version") != null)
                .map(row -> row.<Integer>getAs("base_version"))
                .findFirst()
                .orElse(subject.version());
    }

    /** The figures of the run that scored the split, which is upstream of its evaluation. */
    private static List<Row> figures(Session session, Evaluated subject) {
        Set<String> evaluations = new HashSet<>();
        session.store()
                .rows(JudgementTables.EVALUATION_SUMMARY, subject.wholeSplit())
                .forEach(row -> evaluations.add(row.getAs("run_id")));
        List<Row> runs = session.store().rows(RunTables.RUNS);
        Set<String> upstream = new HashSet<>();
        runs.stream()
                .filter(run -> evaluations.contains(run.<String>getAs("run_id")))
                .forEach(run -> upstream.addAll(run.getList(run.fieldIndex("upstream"))));
        return runs.stream()
                .filter(run -> JobNames.SCORE.equals(run.<String>getAs("job"))
                        && upstream.contains(run.<String>getAs("run_id")))
                .flatMap(run -> run.<Row>getList(run.fieldIndex("figures")).stream())
                .toList();
    }
}
