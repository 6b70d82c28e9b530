package io.pigeonhole.jobs.predictions;

import io.pigeonhole.evaluation.means.Costs;
import io.pigeonhole.evaluation.predictions.Predictions;
import io.pigeonhole.jobs.configuration.CostsConfig;
import io.pigeonhole.jobs.configuration.Reading;
import io.pigeonhole.jobs.examples.ExampleTables;
import io.pigeonhole.jobs.runs.Input;
import io.pigeonhole.jobs.runs.Session;
import io.pigeonhole.jobs.sources.Access;
import io.pigeonhole.jobs.sources.Sources;
import io.pigeonhole.transforms.Columns;
import io.pigeonhole.transforms.PipelineException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;

/** Reads costs from the configuration and the table that it names. */
public final class CostTables {

    static final String OWNER = "The table of costs (costs.table)";
    private static final String LABEL = "label";
    private static final String PREDICTED = "predicted";
    private static final String COST = "cost";
    private static final String FALSE_POSITIVE = "false_positive";
    private static final String FALSE_NEGATIVE = "false_negative";

    private CostTables() {}

    /**
     * The costs, if the configuration has any. If the store has classes, the costs must be for these classes.
     *
     * @throws PipelineException (data contract) if a class is unknown, or the table is missing or malformed
     */
    public static Optional<Costs> read(Session session) {
        if (!session.config().costs().areGiven()) {
            return Optional.empty();
        }
        Costs costs = read(Access.of(session), session.config().costs());
        if (session.store().exists(ExampleTables.CLASSES)) {
            costs.requireKnown(Stream.concat(
                            session.store().read(ExampleTables.CLASSES).select(LABEL).collectAsList().stream()
                                    .map(row -> row.getString(0)),
                            // the decision for no class may cost something, too
                            session.config().score().unknown().map(rule -> Predictions.UNKNOWN).stream())
                    .toList());
        }
        return Optional.of(costs);
    }

    /** The inputs of {@link #read} outside the store, without reading them. */
    public static List<Input> inputs(Session session) {
        return session.config()
                .costs()
                .table()
                .map(reading -> Sources.inputs(Access.of(session), OWNER, "costs", reading))
                .orElse(List.of());
    }

    private static Costs read(Access access, CostsConfig config) {
        Map<String, Costs.OfClass> classes = new TreeMap<>(config.classes());
        Map<List<String>, Costs.Pair> pairs = new LinkedHashMap<>();
        config.pairs().forEach(pair -> pairs.put(List.of(pair.label(), pair.predicted()), pair));
        if (config.table().isPresent()) {
            Reading reading = config.table().get();
            Dataset<Row> table = Sources.table(access, OWNER, reading, List.of(LABEL));
            if (List.of(table.columns()).contains(COST)) {
                pairs.putAll(pairs(rows(access, reading, List.of(LABEL, PREDICTED), List.of(COST))));
            } else {
                classes.putAll(classes(rows(access, reading, List.of(LABEL), List.of(FALSE_POSITIVE, FALSE_NEGATIVE))));
            }
        }
        return new Costs(new Costs.OfClass(config.falsePositive(), config.falseNegative()), classes, pairs.values());
    }

    private static Map<List<String>, Costs.Pair> pairs(List<Row> rows) {
        Map<List<String>, Costs.Pair> pairs = new LinkedHashMap<>();
        for (Row row : rows) {
            Costs.Pair pair = new Costs.Pair(row.getString(0), row.getString(1), row.getDouble(2));
            if (pairs.put(List.of(pair.label(), pair.predicted()), pair) != null) {
                throw PredictionsErrors.costTwice(pair.label() + "' and '" + pair.predicted());
            }
        }
        return pairs;
    }

    private static Map<String, Costs.OfClass> classes(List<Row> rows) {
        Map<String, Costs.OfClass> classes = new TreeMap<>();
        for (Row row : rows) {
            if (classes.put(row.getString(0), new Costs.OfClass(row.getDouble(1), row.getDouble(2))) != null) {
                throw PredictionsErrors.costTwice(row.getString(0));
            }
        }
        return classes;
    }

    private static List<Row> rows(Access access, Reading reading, List<String> texts, List<String> numbers) {
        List<String> columns = new ArrayList<>(texts);
        columns.addAll(numbers);
        Dataset<Row> table = Sources.table(access, OWNER, reading, columns);
        List<Row> rows = table.select(columns.stream()
                        .map(name -> Columns.named(name)
                                .cast(DataTypes.StringType)
                                .try_cast(numbers.contains(name) ? DataTypes.DoubleType : DataTypes.StringType))
                        .toArray(Column[]::new))
                .collectAsList();
        for (Row row : rows) {
            if (row.anyNull()) {
                throw PredictionsErrors.costIncomplete(columns, row);
            }
        }
        return rows;
    }
}
