package io.pigeonhole.jobs.report;

import static org.apache.spark.sql.functions.col;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pigeonhole.jobs.models.ModelTables;
import io.pigeonhole.jobs.predictions.JudgementTables;
import io.pigeonhole.jobs.runs.RunTables;
import io.pigeonhole.jobs.runs.Session;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Where the figures come from: the model version's row, and every run that they build on, from the sources on. */
final class Lineage {

    private Lineage() {}

    static ObjectNode json(Session session, Evaluated subject) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.set(
                "model",
                Values.objects(session.store()
                        .readOrEmpty(ModelTables.MODELS)
                        .filter(col("model")
                                .equalTo(subject.model())
                                .and(col("version").equalTo(subject.version())))
                        .limit(1)));
        ArrayNode runs = json.putArray("runs");
        runs(session, subject).stream()
                .sorted(Comparator.comparing((Row run) -> run.getTimestamp(run.fieldIndex("started_at")))
                        .thenComparing(run -> run.getString(run.fieldIndex("run_id"))))
                .forEach(run -> runs.add(Values.object(run)));
        return json;
    }

    /** The evaluation's run and, step by step, those upstream of it. */
    private static List<Row> runs(Session session, Evaluated subject) {
        Map<String, Row> found = new TreeMap<>();
        Set<String> wanted = evaluations(session, subject);
        Set<String> asked = new HashSet<>();
        while (!wanted.isEmpty()) {
            asked.addAll(wanted);
            Set<String> upstream = new HashSet<>();
            for (Row run : named(session, wanted).collectAsList()) {
                found.put(run.getString(run.fieldIndex("run_id")), run);
                upstream.addAll(run.getList(run.fieldIndex("upstream")));
            }
            upstream.removeAll(asked);
            wanted = upstream;
        }
        return List.copyOf(found.values());
    }

    private static Set<String> evaluations(Session session, Evaluated subject) {
        return session
                .store()
                .read(JudgementTables.EVALUATION_SUMMARY)
                .filter(subject.wholeSplit())
                .select("run_id")
                .distinct()
                .collectAsList()
                .stream()
                .map(row -> row.getString(0))
                .collect(Collectors.toSet());
    }

    private static Dataset<Row> named(Session session, Set<String> runs) {
        return session.store()
                .readOrEmpty(RunTables.RUNS)
                .filter(col("run_id").isin(runs.toArray()))
                .select(
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
    }
}
