package io.pigeonhole.transforms.features;

import java.util.List;
import java.util.function.BiFunction;
import org.apache.spark.ml.Model;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.param.Params;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.DefaultParamsWriter;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/** Saves and loads a model as its metadata and one Parquet file of state. */
final class StageFiles {

    private static final String STATE = "state";

    private StageFiles() {}

    /** Saves the rows; their first column holds their number. */
    static MLWriter writer(Params model, StructType schema, List<Row> rows) {
        return new MLWriter() {
            @Override
            public void saveImpl(String path) {
                DefaultParamsWriter.saveMetadata(model, path, sparkSession());
                sparkSession().createDataFrame(rows, schema).coalesce(1).write().parquet(path + "/" + STATE);
            }
        };
    }

    /** Loads a model from its uid and its rows, ordered by their first column. */
    static <M extends Model<M>> MLReader<M> reader(StructType schema, BiFunction<String, List<Row>, M> create) {
        return new MLReader<>() {
            @Override
            public M load(String path) {
                DefaultParamsReader.Metadata metadata = DefaultParamsReader.loadMetadata(path, sparkSession());
                List<Row> rows = sparkSession()
                        .read()
                        .schema(schema)
                        .parquet(path + "/" + STATE)
                        .orderBy(schema.fieldNames()[0])
                        .collectAsList();
                M model = create.apply(metadata.uid(), rows);
                metadata.getAndSetParams(model, metadata.getAndSetParams$default$2());
                return model;
            }
        };
    }

    /** The schema with one more column, whose name must be new. */
    static StructType append(StructType schema, String column) {
        if (List.of(schema.fieldNames()).contains(column)) {
            throw new IllegalArgumentException("the output column '" + column + "' exists already");
        }
        return schema.add(column, SQLDataTypes.VectorType());
    }
}
