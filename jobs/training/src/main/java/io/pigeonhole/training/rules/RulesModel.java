package io.pigeonhole.training.rules;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.udf;

import io.pigeonhole.training.cascade.Member;
import io.pigeonhole.training.cascade.ModelOfSeveral;
import io.pigeonhole.transforms.Columns;
import io.pigeonhole.transforms.files.PipelineFiles;
import io.pigeonhole.transforms.files.StageFiles;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import org.apache.hadoop.fs.Path;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;

/**
 * Rules above a pipeline model, as one classifier. Of the rules that match a row, in their order, the first decides that is
 * binding, or whose lower bound of precision exceeds the probability of the model's answer; if there is none, the model
 * decides. The class of a deciding rule gets the rule's estimated precision, and the others share the rest in the model's
 * proportions. It holds a copy of the model, and saves it with itself.
 */
public final class RulesModel extends ModelOfSeveral<RulesModel> {

    private static final long serialVersionUID = 1L;

    /** Code of the trainer. */
    public static final String TRAINER = "rules";

    private static final String MATCHES = "__matches";
    private static final String DECISION = "__decision";
    private static final String BASE = "base";
    private static final String NAME = "name";
    private static final StructType NAME_SCHEMA = StructType.fromDDL("name STRING");
    private static final String RULES = "rules";
    private static final StructType SCHEMA = StructType.fromDDL("id STRING, version INT, priority INT, binding BOOLEAN,"
            + " label STRING, sql STRING, rows BIGINT, right BIGINT, low DOUBLE");

    private final Member base;
    private final List<FittedRule> rules;

    /**
     * Combines rules with a model.
     *
     * @param base the model, with the name by which rows name it
     * @param rules in any order
     * @throws IllegalArgumentException if the class of a rule is none of the model's
     */
    public RulesModel(String uid, Member base, List<FittedRule> rules) {
        super(uid);
        this.base = base;
        this.rules = rules.stream()
                .sorted(Comparator.comparing(FittedRule::rule, Rule.ORDER))
                .toList();
        List<String> labels = base.classifier().labels();
        for (FittedRule fitted : rules) {
            if (!labels.contains(fitted.rule().label())) {
                throw new IllegalArgumentException("the model " + base.name() + " has no class "
                        + fitted.rule().label() + ", for which " + fitted.rule().name() + " decides");
            }
        }
    }

    /** The model below the rules. */
    @Override
    public List<Member> members() {
        return List.of(base);
    }

    /** The rules in the order in which they are asked. */
    public List<FittedRule> rules() {
        return rules;
    }

    @Override
    public String trainer() {
        return TRAINER;
    }

    /** A rule decides for a class as a whole, so a calibration treats the classes as a whole too. */
    @Override
    public boolean isHierarchical() {
        return false;
    }

    /** The name and the fingerprints of the model, and the rules. */
    @Override
    protected String state() {
        return base.name() + base.fingerprints() + rules;
    }

    @Override
    public RulesModel withoutExamples(Set<String> ids) {
        return copyValues(new RulesModel(uid(), base.withoutExamples(ids), rules), ParamMap.empty())
                .setParent(parent());
    }

    /** Throws a data contract error that names the rule and the column if a condition needs a column that is missing. */
    @Override
    public Dataset<Row> transform(Dataset<?> dataset) {
        transformSchema(dataset.schema());
        Dataset<Row> rows = dataset.toDF();
        Column[] given = given(rows);
        Column matches = Matches.of(rows, rules.stream().map(FittedRule::rule).toList());
        // declared as not deterministic, so that the optimiser does not copy it and the model below for each of its
        // fields
        Column decision = udf(new Decide(base.name(), labels(), rules), Decide.SCHEMA)
                .asNondeterministic()
                .apply(col(probabilityColumn()), col(MATCHES));
        return base.probabilities(
                        rows.withColumn(MATCHES, matches), Columns.with(given, col(MATCHES)), probabilityColumn())
                .withColumn(DECISION, decision)
                .select(Columns.with(
                        given,
                        col(DECISION).getField(Decide.PROBABILITY).as(probabilityColumn()),
                        col(DECISION).getField(Decide.PREDICTION).as(predictionColumn()),
                        col(DECISION)
                                .getField(Decide.DECIDED_BY)
                                .as(decidedByColumn().orElseThrow())));
    }

    @Override
    public RulesModel copy(ParamMap extra) {
        return copyValues(new RulesModel(uid(), base, rules), extra).setParent(parent());
    }

    private List<Row> rows() {
        return rules.stream()
                .map(fitted -> RowFactory.create(
                        fitted.rule().id(),
                        fitted.rule().version(),
                        fitted.rule().priority(),
                        fitted.rule().binding(),
                        fitted.rule().label(),
                        fitted.rule().sql(),
                        fitted.rows(),
                        fitted.right(),
                        fitted.low()))
                .toList();
    }

    private static FittedRule rule(Row row) {
        Rule rule = new Rule(
                row.getString(0), row.getInt(1), row.getInt(2), row.getBoolean(3), row.getString(4), row.getString(5));
        return new FittedRule(rule, row.getLong(6), row.getLong(7), row.getDouble(8));
    }

    @Override
    public MLWriter write() {
        RulesModel model = this;
        return new MLWriter() {
            @Override
            public void saveImpl(String folder) {
                List<StageFiles.Part> parts = List.of(
                        new StageFiles.Part(NAME, NAME_SCHEMA, List.of(RowFactory.create(base.name()))),
                        new StageFiles.Part(RULES, SCHEMA, rows()));
                StageFiles.write(model, parts, folder, sparkSession());
                PipelineFiles.save(base.pipeline(), new Path(folder, BASE).toString(), sparkSession());
            }
        };
    }

    /** Reads a saved model with the model below it. */
    public static MLReader<RulesModel> read() {
        return new MLReader<>() {
            @Override
            public RulesModel load(String folder) {
                PipelineModel base = PipelineFiles.load(new Path(folder, BASE).toString(), sparkSession());
                return StageFiles.reader(RulesModel.class, (uid, saved) -> of(uid, base, saved))
                        .session(sparkSession())
                        .load(folder);
            }
        };
    }

    private static RulesModel of(String uid, PipelineModel base, StageFiles.Saved saved) {
        String name = saved.rows(NAME, NAME_SCHEMA).get(0).getString(0);
        return new RulesModel(
                uid,
                new Member(name, base),
                saved.rows(RULES, SCHEMA).stream().map(RulesModel::rule).toList());
    }
}
