package io.pigeonhole.deep;

import io.pigeonhole.deep.learning.Compression;
import io.pigeonhole.deep.learning.LearningOptions;
import io.pigeonhole.deep.network.InputReader;
import io.pigeonhole.deep.network.LabelledInput;
import io.pigeonhole.deep.network.NetworkSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Small seeded data sets. */
public final class Samples {

    public static final int WORDS = 60;

    private Samples() {}

    /** Rows of label, sparse features and whether to judge by; each class has words of its own. */
    public static List<Row> sparseRows(int classes, int size, long seed) {
        Random random = new Random(seed);
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            int k = random.nextInt(classes);
            double[] values = new double[WORDS];
            for (int word = 0; word < 6; word++) {
                int place = random.nextDouble() < 0.7 ? (k * 7 + random.nextInt(6)) % WORDS : random.nextInt(WORDS);
                values[place] = (float) (0.2 + random.nextDouble());
            }
            rows.add(RowFactory.create("c" + k, Vectors.dense(values).toSparse(), i % 5 == 0));
        }
        return rows;
    }

    public static Dataset<Row> dataset(SparkSession spark, List<Row> rows) {
        return spark.createDataFrame(
                rows,
                new StructType()
                        .add("label", DataTypes.StringType)
                        .add("features", SQLDataTypes.VectorType())
                        .add("validation", DataTypes.BooleanType));
    }

    /** Examples of the same kind. */
    public static List<LabelledInput> sparseExamples(int classes, int size, long seed) {
        InputReader reader = new InputReader(new NetworkSpec.Mlp(List.of(), 0, false), true, WORDS);
        return sparseRows(classes, size, seed).stream()
                .map(row -> new LabelledInput(
                        reader.read(row, 1), Integer.parseInt(row.getString(0).substring(1)), 1))
                .toList();
    }

    public static LearningOptions options(String optimizer, double learningRate, int batch, int localSteps) {
        return new LearningOptions(
                3, batch, localSteps, optimizer, learningRate, "constant", 0, 0, 0, 0, 0, 1, 0, Compression.NONE, 11);
    }
}
