package io.pigeonhole.transforms.features;

import io.pigeonhole.transforms.files.StageFiles;
import java.util.List;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.param.StringArrayParam;
import org.apache.spark.ml.util.DefaultParamsWritable;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/**
 * Selects SQL expressions, as {@code Dataset.selectExpr} does. Spark's own SQLTransformer registers a view for each use, which
 * is a query.
 */
public final class ColumnSelector extends Transformer implements DefaultParamsWritable {

    private static final long serialVersionUID = 1L;

    private final String uid;
    private final StringArrayParam expressions;

    public ColumnSelector(String uid) {
        this.uid = uid;
        expressions = new StringArrayParam(this, "expressions", "SQL expressions, each a column of the result");
    }

    @Override
    public String uid() {
        return uid;
    }

    public StringArrayParam expressions() {
        return expressions;
    }

    public ColumnSelector setExpressions(String... values) {
        set(expressions, values);
        return this;
    }

    @Override
    public Dataset<Row> transform(Dataset<?> dataset) {
        return dataset.selectExpr($(expressions));
    }

    @Override
    public StructType transformSchema(StructType schema) {
        return SparkSession.active()
                .createDataFrame(List.of(), schema)
                .selectExpr($(expressions))
                .schema();
    }

    /** Reads a saved stage. */
    public static MLReader<ColumnSelector> read() {
        return StageFiles.reader(ColumnSelector.class, (uid, saved) -> new ColumnSelector(uid));
    }

    @Override
    public ColumnSelector copy(ParamMap extra) {
        return defaultCopy(extra);
    }
}
