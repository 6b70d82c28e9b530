package io.pigeonhole.training.cascade;

import io.pigeonhole.transforms.Columns;
import io.pigeonhole.transforms.HoldsExamples;
import io.pigeonhole.transforms.Taxonomy;
import io.pigeonhole.transforms.TrainedClassifier;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.spark.ml.Model;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * A classifier in which one of several decides each row: models, or rules and a model. A further column says which one.
 *
 * @param <M> the model itself
 */
public abstract class ModelOfSeveral<M extends ModelOfSeveral<M>> extends Model<M>
        implements MLWritable, TrainedClassifier, HoldsExamples {

    private static final long serialVersionUID = 1L;

    private final String uid;
    private final Param<String> predictionCol;
    private final Param<String> probabilityCol;
    private final Param<String> decidedByCol;

    protected ModelOfSeveral(String uid) {
        this.uid = uid;
        predictionCol = new Param<>(this, "predictionCol", "column to write: the most probable class");
        probabilityCol = new Param<>(this, "probabilityCol", "column to write: probability of each class");
        decidedByCol = new Param<>(this, "decidedByCol", "column to write: name of the rule or model that decided");
        setDefault(predictionCol, "prediction");
        setDefault(probabilityCol, "probability");
        setDefault(decidedByCol, "decided_by");
    }

    @Override
    public final String uid() {
        return uid;
    }

    public final Param<String> predictionCol() {
        return predictionCol;
    }

    public final Param<String> probabilityCol() {
        return probabilityCol;
    }

    public final Param<String> decidedByCol() {
        return decidedByCol;
    }

    @Override
    public final String probabilityColumn() {
        return $(probabilityCol);
    }

    protected final String predictionColumn() {
        return $(predictionCol);
    }

    @Override
    public final Optional<String> decidedByColumn() {
        return Optional.of($(decidedByCol));
    }

    /** The columns of the rows that stay as they are. */
    protected final Column[] given(Dataset<Row> rows) {
        return Columns.allBut(rows, $(probabilityCol), $(predictionCol), $(decidedByCol));
    }

    @Override
    public final StructType transformSchema(StructType schema) {
        return schema.add($(probabilityCol), SQLDataTypes.VectorType())
                .add($(predictionCol), DataTypes.StringType)
                .add($(decidedByCol), DataTypes.StringType);
    }

    /** The models that it consists of, at least one; all have the same classes in the same tree. */
    public abstract List<Member> members();

    @Override
    public final List<String> labels() {
        return members().get(0).classifier().labels();
    }

    @Override
    public final Taxonomy taxonomy() {
        return members().get(0).classifier().taxonomy();
    }

    @Override
    public final Set<String> held(Set<String> ids) {
        Set<String> held = new TreeSet<>();
        members().forEach(member -> held.addAll(member.held(ids)));
        return held;
    }

    /** All that the decisions follow from, as a text. */
    protected abstract String state();

    /** SHA-256 over the state. */
    @Override
    public final String fingerprint() {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(digest.digest(state().getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
