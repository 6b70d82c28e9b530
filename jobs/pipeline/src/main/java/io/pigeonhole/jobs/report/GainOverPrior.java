package io.pigeonhole.jobs.report;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pigeonhole.evaluation.tables.EvaluationKey;
import io.pigeonhole.jobs.models.ModelTables;
import io.pigeonhole.jobs.predictions.JudgementTables;
import io.pigeonhole.jobs.runs.Session;
import io.pigeonhole.jobs.store.RowCondition;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.spark.sql.Row;

/**
 * The improvement of a model version over a model that uses no features, on the same rows.
 *
 * @param prior the version of the trainer {@code prior}; if there are several, the one with the least log loss
 * @param gains the version's figure minus the prior's, by metric
 */
public record GainOverPrior(Evaluated prior, Map<String, Double> gains) {

    private static final String PRIOR = "prior";
    private static final String ROWS = "labelled";
    private static final String LOG_LOSS = "log_loss";
    private static final List<String> METRICS = List.of("accuracy", "macro_f1", LOG_LOSS);

    public GainOverPrior {
        gains = new TreeMap<>(gains);
    }

    /**
     * The gain of a version; empty if no prior was evaluated on the same number of rows of the split, or the version is
     * a prior itself.
     */
    public static Optional<GainOverPrior> of(Session session, Evaluated subject) {
        Set<Evaluated> priors = new HashSet<>();
        for (Row version : session.store().rows(ModelTables.MODELS, RowCondition.having(Map.of("trainer", PRIOR)))) {
            priors.add(new Evaluated(version.getAs("model"), version.<Integer>getAs("version"), subject.split()));
        }
        if (priors.isEmpty() || priors.contains(subject)) {
            return Optional.empty();
        }
        Map<Evaluated, Map<String, Double>> figures = figures(session, subject.split());
        Map<String, Double> own = figures.getOrDefault(subject, Map.of());
        return priors.stream()
                .filter(prior -> isComparable(own, figures.getOrDefault(prior, Map.of())))
                .min(Comparator.comparingDouble((Evaluated prior) ->
                                figures.getOrDefault(prior, Map.of()).getOrDefault(LOG_LOSS, 0.0))
                        .thenComparing(Evaluated::model)
                        .thenComparing(Evaluated::version, Comparator.reverseOrder()))
                .map(prior -> new GainOverPrior(prior, gains(own, figures.getOrDefault(prior, Map.of()))));
    }

    private static boolean isComparable(Map<String, Double> own, Map<String, Double> prior) {
        return own.containsKey(ROWS) && Objects.equals(own.get(ROWS), prior.get(ROWS));
    }

    private static Map<String, Double> gains(Map<String, Double> own, Map<String, Double> prior) {
        return METRICS.stream()
                .filter(metric -> own.containsKey(metric) && prior.containsKey(metric))
                .collect(Collectors.toMap(
                        metric -> metric, metric -> own.getOrDefault(metric, 0.0) - prior.getOrDefault(metric, 0.0)));
    }

    private static Map<Evaluated, Map<String, Double>> figures(Session session, String split) {
        Map<Evaluated, Map<String, Double>> figures = new HashMap<>();
        RowCondition leaves = RowCondition.having(Map.of(
                EvaluationKey.SPLIT,
                split,
                EvaluationKey.SLICE,
                EvaluationKey.ALL,
                EvaluationKey.LEVEL,
                EvaluationKey.LEAF));
        for (Row row : session.store().rows(JudgementTables.EVALUATION_SUMMARY, leaves)) {
            Evaluated evaluated =
                    new Evaluated(row.getAs(EvaluationKey.MODEL), row.<Integer>getAs(EvaluationKey.VERSION), split);
            figures.computeIfAbsent(evaluated, key -> new HashMap<>())
                    .put(row.getAs("metric"), row.<Double>getAs("value"));
        }
        return figures;
    }

    /** As text for people, such as "gain over prior floor 1: accuracy +0.5123, macro F1 +0.6021, log loss -1.3512". */
    public String text() {
        return "gain over prior " + prior.name() + ": "
                + METRICS.stream()
                        .filter(gains::containsKey)
                        .map(metric -> metric.replace('_', ' ').replace("f1", "F1")
                                + String.format(Locale.ROOT, " %+.4f", gains.getOrDefault(metric, 0.0)))
                        .collect(Collectors.joining(", "));
    }

    ObjectNode json() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("model", prior.model()).put("version", prior.version());
        ObjectNode values = json.putObject("gains");
        METRICS.stream()
                .filter(gains::containsKey)
                .forEach(metric -> values.set(metric, Values.of(gains.getOrDefault(metric, 0.0))));
        return json;
    }
}
