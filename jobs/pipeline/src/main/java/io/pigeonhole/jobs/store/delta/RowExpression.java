package io.pigeonhole.jobs.store.delta;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.Literal;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.catalyst.expressions.SubqueryExpression$;
import org.apache.spark.sql.catalyst.optimizer.ReplaceExpressions$;
import org.apache.spark.sql.catalyst.optimizer.SpecialDatetimeValues$;
import org.apache.spark.sql.catalyst.parser.CatalystSqlParser$;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Project;
import org.apache.spark.sql.catalyst.trees.TreePattern$;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DatetimeType;
import scala.jdk.javaapi.CollectionConverters;

/** Expressions that can only read the columns of one row. */
public final class RowExpression {

    /** Parts of the names of expressions that call code or read state from outside. */
    private static final List<String> FOREIGN = List.of(
            "UDF",
            "UDAF",
            "CallMethodViaReflection",
            "ApplyFunction",
            "SQLFunction",
            "SQLScalarFunction",
            "V2",
            "VariableReference");

    /** In the text of a literal; a backslash may hide a letter of one. */
    private static final Pattern WORD_FOR_A_TIME =
            Pattern.compile("\\b(now|today|tomorrow|yesterday)\\b|\\\\", Pattern.CASE_INSENSITIVE);

    private RowExpression() {}

    /**
     * What keeps a text from being a condition: a boolean Spark SQL expression over the columns of one row that gives the
     * same answer at any time, and calls no code but Spark's own. The answer is the end of a sentence about the condition.
     *
     * @param forbidden names of columns that it must not read, in lower case; Spark finds columns in any case
     */
    public static Optional<String> problem(Dataset<Row> rows, String sql, Set<String> forbidden) {
        LogicalPlan given = QueryPlan.analyzed(rows);
        LogicalPlan plan;
        try {
            plan = QueryPlan.analyzed(rows.select(functions.expr(sql)));
        } catch (Exception e) {
            // Spark throws this checked exception without declaring it
            if (e instanceof AnalysisException wrong) {
                return Optional.of("cannot be understood: " + wrong.getSimpleMessage() + " The columns are "
                        + List.of(rows.columns()));
            }
            throw e;
        }
        // aggregates, windows and generators make other plans, and columns of files change the plan below
        if (!(plan instanceof Project project) || !project.child().equals(given)) {
            return Optional.of(
                    "is no expression over one row: it has an aggregate, a window, a generator or a hidden column");
        }
        List<NamedExpression> selected = CollectionConverters.asJava(project.projectList());
        if (selected.size() != 1 || !(selected.get(0) instanceof Expression expression)) {
            return Optional.of("has " + selected.size() + " values in place of one");
        }
        if (isOfToday(sql) || isOfToday(project)) {
            return Optional.of(
                    "gives other answers at other times: it has a word for a time, such as 'now' or 'today'");
        }
        return problem(expression, forbidden);
    }

    private static Optional<String> problem(Expression expression, Set<String> forbidden) {
        if (!expression.dataType().equals(DataTypes.BooleanType)) {
            return Optional.of("is of type " + expression.dataType().sql() + " in place of BOOLEAN");
        }
        if (SubqueryExpression$.MODULE$.hasSubquery(expression)) {
            return Optional.of("has a subquery, and may read this row only");
        }
        if (!expression.deterministic() || expression.containsPattern(TreePattern$.MODULE$.CURRENT_LIKE())) {
            return Optional.of("gives other answers at other times: it has a random number, the time or the user");
        }
        for (Expression part : parts(expression)) {
            String name = part.getClass().getSimpleName();
            if (FOREIGN.stream().anyMatch(name::contains)) {
                return Optional.of("calls " + part.sql() + ", which is not one of Spark's own functions of values");
            }
            if (part instanceof Attribute attribute
                    && forbidden.contains(attribute.name().toLowerCase(Locale.ROOT))) {
                return Optional.of("reads the column " + attribute.name() + ", which tells the answer");
            }
        }
        return Optional.empty();
    }

    /** Whether Spark's parser makes a time of a word, as in {@code DATE 'today'}; later it is a time like any other. */
    private static boolean isOfToday(String sql) {
        return parts(CatalystSqlParser$.MODULE$.parseExpression(sql)).stream()
                .filter(part -> part instanceof Literal && part.dataType() instanceof DatetimeType)
                .map(literal -> literal.origin())
                .map(at -> sql.substring(
                        (Integer) at.startIndex().get(),
                        (Integer) at.stopIndex().get() + 1))
                .anyMatch(written -> WORD_FOR_A_TIME.matcher(written).find());
    }

    /** Whether Spark's optimizer makes a time of a word, as in {@code at < 'now'}. */
    private static boolean isOfToday(LogicalPlan plan) {
        LogicalPlan replaced = ReplaceExpressions$.MODULE$.apply(plan);
        return !SpecialDatetimeValues$.MODULE$.apply(replaced).equals(replaced);
    }

    private static List<Expression> parts(Expression expression) {
        List<Expression> parts = new ArrayList<>(List.of(expression));
        CollectionConverters.asJava(expression.children()).forEach(child -> parts.addAll(parts(child)));
        return parts;
    }
}
