package io.pigeonhole.jobs.report;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pigeonhole.jobs.models.ModelTables;
import io.pigeonhole.jobs.predictions.JudgementTables;
import io.pigeonhole.jobs.runs.RunTables;
import io.pigeonhole.jobs.runs.Session;
import io.pigeonhole.jobs.store.RowCondition;
import java.sql.Timestamp;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Row;

/** The origin of the figures: the model version's row and all upstream runs, beginning at the sources. */
final class Lineage {

    private Lineage() {}

    private static final List<String> RUN = List.of(
            "run_id",
            "job",
            "subject",
            "status",
            "configuration_hash",
            "code_version",
            "seed",
            "environment",
            "inputs",
            "outputs",
            "upstream",
            "started_at",
            "seconds");

    static ObjectNode json(Session session, Evaluated subject) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.set(
                "model",
                Values.objects(
                        session
                                .store()
                                .rows(
                                        ModelTables.MODELS,
                                        RowCondition.having(
                                                Map.of("model", subject.model(), "version", subject.version())))
                                .stream()
                                .limit(1),
                        List.of(ModelTables.MODELS.schema().fieldNames())));
        json.set(
                "runs",
                Values.objects(
                        runs(session, subject).stream()
                                .sorted(Comparator.comparing((Row run) -> run.<Timestamp>getAs("started_at"))
                                        .thenComparing(run -> run.<String>getAs("run_id"))),
                        RUN));
        return json;
    }

    /** The run of the evaluation and, step by step, its upstream runs. */
    private static Collection<Row> runs(Session session, Evaluated subject) {
        Map<String, Row> all = new HashMap<>();
        session.store().rows(RunTables.RUNS).forEach(run -> all.put(run.getAs("run_id"), run));
        Map<String, Row> found = new TreeMap<>();
        Deque<String> wanted = new ArrayDeque<>();
        session.store()
                .rows(JudgementTables.EVALUATION_SUMMARY, subject.wholeSplit())
                .forEach(row -> wanted.add(row.getAs("run_id")));
        while (!wanted.isEmpty()) {
            String id = wanted.remove();
            Row run = all.get(id);
            if (run != null && found.put(id, run) == null) {
                wanted.addAll(run.getList(run.fieldIndex("upstream")));
            }
        }
        return found.values();
    }
}
