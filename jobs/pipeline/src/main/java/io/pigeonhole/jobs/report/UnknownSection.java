package io.pigeonhole.jobs.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pigeonhole.jobs.predictions.JudgementTables;
import io.pigeonhole.jobs.runs.Session;
import java.util.Comparator;
import java.util.List;
import org.apache.spark.sql.Row;

/** Rows of no class: the figures, and the curve of coverage against risk. */
final class UnknownSection {

    private static final List<String> FIGURE = List.of("metric", "value", "low", "high", "support", "method");
    private static final List<String> POINT =
            List.of("coverage", "risk", "risk_low", "risk_high", "in_scope_loss", "unknown_recall");

    private UnknownSection() {}

    /** The arrays {@code figures} and {@code coverage}, both of the whole split; empty if there is nothing about them. */
    static ObjectNode json(Session session, Evaluated subject) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        ArrayNode figures = Values.objects(
                session.store().rows(JudgementTables.EVALUATION_UNKNOWN, subject.wholeSplit()).stream()
                        .sorted(Comparator.comparing((Row row) -> row.<String>getAs("metric"))),
                FIGURE);
        ArrayNode coverage = Values.objects(
                session.store().rows(JudgementTables.EVALUATION_COVERAGE, subject.wholeSplit()).stream()
                        .sorted(Comparator.comparing((Row row) -> row.<Double>getAs("coverage"))),
                POINT);
        if (!figures.isEmpty() || !coverage.isEmpty()) {
            json.set("figures", figures);
            json.set("coverage", coverage);
        }
        return json;
    }
}
