package io.pigeonhole.jobs.trainers.rules;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.array_distinct;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.element_at;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.size;
import static org.apache.spark.sql.functions.transform;
import static org.apache.spark.sql.functions.when;

import io.pigeonhole.evaluation.statistics.Estimate;
import io.pigeonhole.evaluation.statistics.Wilson;
import io.pigeonhole.jobs.models.TrainedModel;
import io.pigeonhole.training.rules.FittedRule;
import io.pigeonhole.training.rules.Matches;
import io.pigeonhole.training.rules.Rule;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.jspecify.annotations.Nullable;

/**
 * What labelled rows say about one rule alone.
 *
 * @param rows all of them
 * @param matched rows that the rule matches
 * @param right those of them that are of its class
 * @param ofClass all rows of its class
 * @param overlaps rows that it matches and another rule matches too
 * @param conflicts rows that it matches and a rule for another class matches too
 * @param precision share of right rows with its interval; absent if it matches none
 */
record RuleFigures(
        Rule rule,
        long rows,
        long matched,
        long right,
        long ofClass,
        long overlaps,
        long conflicts,
        Optional<Estimate> precision) {

    private static final String MATCHES = "__matches";
    private static final String RULE = "__rule";

    /** Stands for all rows among the numbers of the rules. */
    private static final int ALL = -1;

    /**
     * Judges all rules in one query.
     *
     * @param labelled rows with the columns of the conditions, and {@code label}
     */
    static List<RuleFigures> of(Dataset<Row> labelled, List<Rule> rules, double confidenceLevel) {
        Column labels = array(rules.stream().map(rule -> lit(rule.label())).toArray(Column[]::new));
        Column classes = array_distinct(transform(col(MATCHES), i -> element_at(labels, i.plus(1))));
        List<Row> counted = labelled.select(
                        col("label"), Matches.of(labelled, rules).as(MATCHES))
                .select(
                        col("label"),
                        size(col(MATCHES)).gt(1).as("overlaps"),
                        size(classes).gt(1).as("conflicts"),
                        explode(concat(array(lit(ALL)), col(MATCHES))).as(RULE))
                .groupBy(RULE, "label")
                .agg(count(lit(1)), count(when(col("overlaps"), 1)), count(when(col("conflicts"), 1)))
                .collectAsList();
        Wilson wilson = Wilson.at(confidenceLevel);
        return IntStream.range(0, rules.size())
                .mapToObj(i -> of(rules.get(i), i, counted, wilson))
                .toList();
    }

    private static RuleFigures of(Rule rule, int number, List<Row> counted, Wilson wilson) {
        List<Row> of = counted.stream().filter(row -> row.getInt(0) == number).toList();
        List<Row> all = counted.stream().filter(row -> row.getInt(0) == ALL).toList();
        long matched = sum(of, 2);
        long right = sum(ofClass(of, rule), 2);
        return new RuleFigures(
                rule,
                sum(all, 2),
                matched,
                right,
                sum(ofClass(all, rule), 2),
                sum(of, 3),
                sum(of, 4),
                matched == 0 ? Optional.empty() : Optional.of(wilson.estimate(right, matched)));
    }

    private static List<Row> ofClass(List<Row> counted, Rule rule) {
        return counted.stream()
                .filter(row -> row.getString(1).equals(rule.label()))
                .toList();
    }

    private static long sum(List<Row> counted, int column) {
        return counted.stream().mapToLong(row -> row.getLong(column)).sum();
    }

    FittedRule fitted() {
        return new FittedRule(rule, matched, right, precision.map(Estimate::low).orElse(0.0));
    }

    /** Whether it can decide above a model of some classes, whose answer has at least an equal share. */
    boolean decides(int classes) {
        return rule.binding() || fitted().low() > 1.0 / classes;
    }

    /** The row of the table. */
    Row row(TrainedModel version, int place, int classes) {
        List<@Nullable Object> values = new ArrayList<>(List.of(
                version.model(),
                version.version(),
                rule.id(),
                rule.version(),
                place,
                rule.priority(),
                rule.binding(),
                rule.label(),
                rule.sql(),
                matched,
                matched / (double) rows,
                right));
        values.add(precision.map(Estimate::value).orElse(null));
        values.add(precision.map(Estimate::low).orElse(null));
        values.add(precision.map(Estimate::high).orElse(null));
        values.add(fitted().probability());
        values.add(ofClass == 0 ? null : right / (double) ofClass);
        values.addAll(List.of(overlaps, conflicts, decides(classes)));
        return RowFactory.create(values.toArray());
    }
}
