package io.pigeonhole.training.rules;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.array_compact;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;

import io.pigeonhole.transforms.PipelineException;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Applies the conditions of rules to rows. */
public final class Matches {

    private Matches() {}

    /**
     * Column of the numbers of the rules that match a row: an array of integers, from 0, in their order.
     *
     * @throws PipelineException (data contract) that names the first rule whose condition these rows cannot answer
     */
    public static Column of(Dataset<Row> rows, List<Rule> rules) {
        Column matches = array_compact(array(IntStream.range(0, rules.size())
                .mapToObj(i -> when(expr(rules.get(i).sql()), lit(i)))
                .toArray(Column[]::new)));
        if (problem(rows, matches).isPresent()) {
            for (Rule rule : rules) {
                problem(rows, when(expr(rule.sql()), lit(0))).ifPresent(problem -> {
                    throw RuleErrors.notApplicable(rule, problem, List.of(rows.columns()));
                });
            }
        }
        return matches;
    }

    private static Optional<String> problem(Dataset<Row> rows, Column column) {
        try {
            rows.select(column).schema();
            return Optional.empty();
        } catch (Exception e) {
            // Spark throws this checked exception without declaring it
            if (e instanceof AnalysisException wrong) {
                return Optional.of(wrong.getSimpleMessage());
            }
            throw e;
        }
    }
}
