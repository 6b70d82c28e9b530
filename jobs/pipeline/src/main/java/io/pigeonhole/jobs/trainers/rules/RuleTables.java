package io.pigeonhole.jobs.trainers.rules;

import io.pigeonhole.jobs.configuration.Reading;
import io.pigeonhole.jobs.configuration.TrainerConfig;
import io.pigeonhole.jobs.runs.Input;
import io.pigeonhole.jobs.runs.Session;
import io.pigeonhole.jobs.sources.Access;
import io.pigeonhole.jobs.sources.Sources;
import io.pigeonhole.training.rules.Rule;
import io.pigeonhole.transforms.Columns;
import io.pigeonhole.transforms.PipelineException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;

/** Reads rules from the configuration and the table that it names. */
final class RuleTables {

    private static final String OWNER = "The table of rules (rule_table)";

    /** The columns of the table and their types, in the order of the components of a rule. */
    private static final Map<String, DataType> COLUMNS = columns();

    private RuleTables() {}

    private static Map<String, DataType> columns() {
        Map<String, DataType> columns = new LinkedHashMap<>();
        columns.put("id", DataTypes.StringType);
        columns.put("version", DataTypes.IntegerType);
        columns.put("priority", DataTypes.IntegerType);
        columns.put("binding", DataTypes.BooleanType);
        columns.put("label", DataTypes.StringType);
        columns.put("sql", DataTypes.StringType);
        return columns;
    }

    /**
     * All rules, in the order in which they are asked.
     *
     * @throws PipelineException (data contract) if the table is missing or malformed, or two rules have the same id
     */
    static List<Rule> read(Session session, TrainerConfig.Rules trainer) {
        List<Rule> rules = new ArrayList<>(trainer.rules());
        trainer.ruleTable().ifPresent(reading -> rules.addAll(read(session, reading)));
        if (rules.isEmpty()) {
            throw RulesErrors.none();
        }
        Set<String> ids = new HashSet<>();
        for (Rule rule : rules) {
            if (!ids.add(rule.id())) {
                throw RulesErrors.twice(rule.id());
            }
        }
        rules.sort(Rule.ORDER);
        return List.copyOf(rules);
    }

    /** The inputs of {@link #read} outside the store, without reading them. */
    static List<Input> inputs(Session session, TrainerConfig.Rules trainer) {
        return trainer.ruleTable()
                .map(reading -> Sources.inputs(Access.of(session), OWNER, "rules", reading))
                .orElse(List.of());
    }

    private static List<Rule> read(Session session, Reading reading) {
        List<String> names = List.copyOf(COLUMNS.keySet());
        return Sources.table(Access.of(session), OWNER, reading, names)
                .select(COLUMNS.entrySet().stream()
                        .map(column -> Columns.named(column.getKey())
                                .cast(DataTypes.StringType)
                                .try_cast(column.getValue())
                                .as(column.getKey()))
                        .toArray(Column[]::new))
                .collectAsList()
                .stream()
                .map(row -> rule(names, row))
                .toList();
    }

    private static Rule rule(List<String> names, Row row) {
        if (row.anyNull()) {
            throw RulesErrors.incomplete(names, row);
        }
        return new Rule(
                row.getString(0),
                row.getInt(1),
                row.getInt(2),
                row.getBoolean(3),
                row.getString(4).strip(),
                row.getString(5));
    }
}
