package io.pigeonhole.jobs.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pigeonhole.evaluation.predictions.Predictions;
import io.pigeonhole.jobs.models.ModelTables;
import io.pigeonhole.jobs.predictions.JudgementTables;
import io.pigeonhole.jobs.runs.Session;
import io.pigeonhole.jobs.store.RowCondition;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;

/** What decided the rows of rules and cascades, and the rules as validation judged them. */
final class DecidersSection {

    /** As many of each as a page can show. */
    private static final int MOST = 200;

    private static final List<String> DECIDER =
            List.of(Predictions.DECIDED_BY, "decided", "share", "support", "accuracy", "accuracy_low", "accuracy_high");
    private static final List<String> RULE = List.of(
            "id",
            "rule_version",
            "label",
            "sql",
            "binding",
            "decides",
            "support",
            "coverage",
            "precision",
            "low",
            "high",
            "conflicts");

    private DecidersSection() {}

    /** The arrays {@code deciders}, of the whole split, and {@code rules}; empty if one model decided all rows. */
    static ObjectNode json(Session session, Evaluated subject) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        ArrayNode deciders = Values.objects(
                session.store().rows(JudgementTables.EVALUATION_DECIDERS, subject.wholeSplit()).stream()
                        .sorted(Comparator.comparing((Row row) -> -row.<Long>getAs("decided"))
                                .thenComparing(row -> row.<String>getAs(Predictions.DECIDED_BY)))
                        .limit(MOST),
                DECIDER);
        if (!deciders.isEmpty()) {
            json.set("deciders", deciders);
            json.set(
                    "rules",
                    Values.objects(
                            session.store().rows(ModelTables.RULES, ofVersion(subject)).stream()
                                    .sorted(Comparator.comparing((Row row) -> row.<Integer>getAs("place")))
                                    .limit(MOST),
                            RULE));
        }
        return json;
    }

    private static RowCondition ofVersion(Evaluated subject) {
        return RowCondition.having(Map.of("model", subject.model(), "version", subject.version()));
    }
}
