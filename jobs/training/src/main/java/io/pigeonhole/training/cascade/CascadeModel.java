package io.pigeonhole.training.cascade;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;

import io.pigeonhole.transforms.files.PipelineFiles;
import io.pigeonhole.transforms.files.StageFiles;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.hadoop.fs.Path;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Two pipeline models as one classifier. The first one answers, but for the rows that the rule defers; the second one
 * sees these alone. The probabilities of a row are those of the model that answered. It holds copies of both models, and
 * saves them with itself.
 *
 * <p>Rows come in two parts, those of the first model and those of the second. The first model runs once for each part.
 */
public final class CascadeModel extends ModelOfSeveral<CascadeModel> {

    private static final long serialVersionUID = 1L;

    /** Code of the trainer. */
    public static final String TRAINER = "cascade";

    private static final String DEFERRED = "__deferred";
    private static final String STATE = "state";
    private static final StructType SCHEMA = StructType.fromDDL("name STRING, values ARRAY<DOUBLE>");
    private static final String FIRST = "first";
    private static final String SECOND = "second";

    private final Member first;
    private final Member second;
    private final CascadeRule rule;

    /**
     * Combines two models.
     *
     * @param rule fitted on what the first model shows
     * @throws IllegalArgumentException if they have not the same classes
     */
    public CascadeModel(String uid, Member first, Member second, CascadeRule rule) {
        super(uid);
        this.first = first;
        this.second = second;
        this.rule = rule;
        if (!first.hasTheClassesOf(second)) {
            throw new IllegalArgumentException(
                    "the models " + first.name() + " and " + second.name() + " have different classes");
        }
    }

    @Override
    public List<Member> members() {
        return List.of(first, second);
    }

    /** The model that answers the rows that the first one defers. */
    public Member second() {
        return second;
    }

    /** The rule that says which rows are deferred. */
    public CascadeRule rule() {
        return rule;
    }

    @Override
    public String trainer() {
        return TRAINER;
    }

    /** As both models are; otherwise a calibration treats the classes as a whole. */
    @Override
    public boolean isHierarchical() {
        return first.classifier().isHierarchical() && second.classifier().isHierarchical();
    }

    /** The names and fingerprints of both models, and the rule. */
    @Override
    protected String state() {
        return Stream.concat(
                        members().stream().map(member -> member.name() + member.fingerprints()),
                        rows().stream().map(Row::toString))
                .collect(Collectors.joining());
    }

    @Override
    public CascadeModel withoutExamples(Set<String> ids) {
        CascadeModel without = new CascadeModel(uid(), first.withoutExamples(ids), second.withoutExamples(ids), rule);
        return copyValues(without, ParamMap.empty()).setParent(parent());
    }

    @Override
    public Dataset<Row> transform(Dataset<?> dataset) {
        transformSchema(dataset.schema());
        Dataset<Row> rows = dataset.toDF();
        Column[] given = given(rows);
        // declared as not deterministic, so that the optimiser does not copy the first model into the filters
        Dataset<Row> shown = first.probabilities(rows, given, probabilityColumn())
                .withColumn(
                        DEFERRED,
                        functions
                                .udf(new Defers(rule), DataTypes.BooleanType)
                                .asNondeterministic()
                                .apply(col(probabilityColumn())));
        Dataset<Row> deferred = shown.filter(col(DEFERRED)).select(given);
        return answered(shown.filter(not(col(DEFERRED))).drop(DEFERRED), first)
                .unionByName(answered(second.probabilities(deferred, given, probabilityColumn()), second));
    }

    private Dataset<Row> answered(Dataset<Row> rows, Member by) {
        return rows.withColumn(
                        predictionColumn(),
                        functions
                                .udf(new MostProbable(labels()), DataTypes.StringType)
                                .apply(col(probabilityColumn())))
                .withColumn(decidedByColumn().orElseThrow(), lit(by.name()));
    }

    private record Defers(CascadeRule rule) implements UDF1<Vector, Boolean> {

        @Override
        public Boolean call(Vector probabilities) {
            return rule.defers(Shown.of(probabilities).cell());
        }
    }

    private record MostProbable(List<String> labels) implements UDF1<Vector, String> {

        @Override
        public String call(Vector probabilities) {
            return labels.get(Shown.of(probabilities).best());
        }
    }

    @Override
    public CascadeModel copy(ParamMap extra) {
        return copyValues(new CascadeModel(uid(), first, second, rule), extra).setParent(parent());
    }

    /** The names of the models and the state of the rule. */
    private List<Row> rows() {
        List<double[]> state = rule.state();
        List<Row> rows = new ArrayList<>(
                List.of(RowFactory.create(first.name(), List.of()), RowFactory.create(second.name(), List.of())));
        for (double[] values : state) {
            rows.add(RowFactory.create("", Arrays.stream(values).boxed().toList()));
        }
        return rows;
    }

    @Override
    public MLWriter write() {
        CascadeModel model = this;
        return new MLWriter() {
            @Override
            public void saveImpl(String folder) {
                StageFiles.write(model, List.of(new StageFiles.Part(STATE, SCHEMA, rows())), folder, sparkSession());
                PipelineFiles.save(first.pipeline(), below(folder, FIRST), sparkSession());
                PipelineFiles.save(second.pipeline(), below(folder, SECOND), sparkSession());
            }
        };
    }

    private static String below(String folder, String name) {
        return new Path(folder, name).toString();
    }

    /** Reads a saved model with both its models. */
    public static MLReader<CascadeModel> read() {
        return new MLReader<>() {
            @Override
            public CascadeModel load(String folder) {
                PipelineModel first = PipelineFiles.load(below(folder, FIRST), sparkSession());
                PipelineModel second = PipelineFiles.load(below(folder, SECOND), sparkSession());
                return StageFiles.reader(
                                CascadeModel.class, (uid, saved) -> of(uid, first, second, saved.rows(STATE, SCHEMA)))
                        .session(sparkSession())
                        .load(folder);
            }
        };
    }

    private static CascadeModel of(String uid, PipelineModel first, PipelineModel second, List<Row> rows) {
        List<double[]> state = rows.subList(2, rows.size()).stream()
                .map(row -> row.<Double>getList(1).stream()
                        .mapToDouble(Double::doubleValue)
                        .toArray())
                .toList();
        return new CascadeModel(
                uid,
                new Member(rows.get(0).getString(0), first),
                new Member(rows.get(1).getString(0), second),
                CascadeRule.of(state));
    }
}
