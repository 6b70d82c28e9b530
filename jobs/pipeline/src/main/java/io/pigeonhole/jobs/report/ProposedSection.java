package io.pigeonhole.jobs.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pigeonhole.jobs.predictions.ProposalTables;
import io.pigeonhole.jobs.runs.RunTables;
import io.pigeonhole.jobs.runs.Session;
import io.pigeonhole.jobs.store.RowCondition;
import java.sql.Timestamp;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BinaryOperator;
import java.util.stream.Collectors;
import org.apache.spark.sql.Row;

/** The classes that the latest {@code discover} of the version proposes, whichever split it clustered. */
final class ProposedSection {

    /** As many as a page can show. */
    private static final int MOST = 100;

    private static final List<String> PROPOSAL =
            List.of("cluster", "name", "rows", "stability", "terms", "nearest_class", "nearest_share");

    private ProposedSection() {}

    /** The {@code split}, the number of {@code clusters}, and the array {@code classes}; empty if none is proposed. */
    static ObjectNode json(Session session, Evaluated subject) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        List<Row> clusters = latest(session, subject);
        List<Row> proposed = clusters.stream()
                .filter(row -> row.<String>getAs("verdict").equals("proposed"))
                .sorted(Comparator.comparing(row -> row.<Integer>getAs("cluster")))
                .limit(MOST)
                .toList();
        if (!proposed.isEmpty()) {
            Map<Integer, Row> nearest = nearestToCentre(session, proposed.get(0).getAs("run_id"));
            json.put("split", proposed.get(0).<String>getAs("split"));
            json.put("clusters", clusters.size());
            ArrayNode classes = json.putArray("classes");
            for (Row row : proposed) {
                ObjectNode proposal = Values.object(row, PROPOSAL);
                Optional.ofNullable(nearest.get(row.<Integer>getAs("cluster")))
                        .ifPresent(member -> proposal.setAll(Values.object(member, List.of("example_id", "text"))));
                classes.add(proposal);
            }
        }
        return json;
    }

    /** The clusters of the run that started last. */
    private static List<Row> latest(Session session, Evaluated subject) {
        Map<String, List<Row>> runs = session
                .store()
                .rows(
                        ProposalTables.PROPOSED_CLASSES,
                        RowCondition.having(Map.of("model", subject.model(), "version", subject.version())))
                .stream()
                .collect(Collectors.groupingBy(row -> row.<String>getAs("run_id")));
        return session.store().rows(RunTables.RUNS).stream()
                .filter(run -> runs.containsKey(run.<String>getAs("run_id")))
                .max(Comparator.comparing((Row run) -> run.<Timestamp>getAs("started_at")))
                .map(run -> runs.get(run.<String>getAs("run_id")))
                .orElseGet(List::of);
    }

    /** The row nearest to the centre of each cluster, of those that are not forgotten. */
    private static Map<Integer, Row> nearestToCentre(Session session, String runId) {
        return session.store().rows(ProposalTables.PROPOSED_MEMBERS, RowCondition.ofRun(runId)).stream()
                .collect(Collectors.toMap(
                        row -> row.<Integer>getAs("cluster"),
                        row -> row,
                        BinaryOperator.minBy(Comparator.comparing(row -> row.<Integer>getAs("position")))));
    }
}
