package io.pigeonhole.training;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Small seeded data sets: sparse rows drawn around a few words of each class. */
final class TrainingData {

    static final StructType SCHEMA = new StructType()
            .add("label", DataTypes.StringType)
            .add("path", DataTypes.createArrayType(DataTypes.StringType))
            .add("features", SQLDataTypes.VectorType())
            .add("weight", DataTypes.DoubleType);

    static final int FEATURES = 40;

    private TrainingData() {}

    /** Rows of classes "c0" ... under the nodes "even" and "odd"; class k has about k + 1 times the rows of class 0. */
    static List<Row> rows(int classes, int size, long seed) {
        Random random = new Random(seed);
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            int k = (int) (classes * Math.sqrt(random.nextDouble()));
            double[] values = new double[FEATURES];
            for (int word = 0; word < 6; word++) {
                boolean typical = random.nextDouble() < 0.6;
                int feature = typical ? (k * 3 + random.nextInt(5)) % FEATURES : random.nextInt(FEATURES);
                values[feature] = (float) (values[feature] + 0.25 + random.nextDouble());
            }
            Vector features = Vectors.dense(values).toSparse();
            rows.add(RowFactory.create(
                    "c" + k, new String[] {k % 2 == 0 ? "even" : "odd", "c" + k}, features, 0.5 + random.nextInt(3)));
        }
        return rows;
    }

    static Dataset<Row> dataset(SparkSession spark, List<Row> rows) {
        return spark.createDataFrame(rows, SCHEMA);
    }
}
