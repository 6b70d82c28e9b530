package io.pigeonhole.benchmarks.training;

import io.pigeonhole.benchmarks.Measurement;
import io.pigeonhole.benchmarks.Work;
import io.pigeonhole.benchmarks.Workplace;
import io.pigeonhole.training.LinearClassifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.storage.StorageLevel;

/**
 * Passes of a trainer over generated rows, each of them a function of its number.
 *
 * @param rows number of them
 * @param classes number of them, each as large as the others
 * @param trainer makes the trainer
 * @param isHierarchical whether it is told the paths: about the root of the classes below the root, and as many below each
 */
record GeneratedTraining(int rows, int classes, Supplier<LinearClassifier> trainer, boolean isHierarchical)
        implements Work {

    private static final int FEATURES = 20_000;
    private static final int NON_ZEROS = 20;
    private static final int PASSES = 15;
    private static final int WARM_UP = 5;

    private static final StructType SCHEMA = new StructType()
            .add("label", DataTypes.StringType)
            .add("path", DataTypes.createArrayType(DataTypes.StringType))
            .add("features", SQLDataTypes.VectorType());

    @Override
    public Measurement.Report run(Workplace place, String setting) {
        Dataset<Row> data = data(place.spark());
        data.count();
        List<Long> times = new ArrayList<>();
        LinearClassifier classifier = trainer.get();
        classifier.set(classifier.maxIter(), PASSES);
        classifier.set(classifier.tol(), 1e-12);
        if (isHierarchical) {
            classifier.set(classifier.pathCol(), "path");
        }
        classifier.listen((pass, objective, open, problems) -> times.add(System.nanoTime()));
        classifier.fit(data);
        double[] passes = new double[times.size() - WARM_UP];
        Arrays.setAll(passes, i -> (times.get(i + WARM_UP) - times.get(i + WARM_UP - 1)) / 1e9);
        Arrays.sort(passes);
        return new Measurement.Report(
                "this project", passes[passes.length / 2], Workplace.peakMemoryMiB(), Map.of(), "");
    }

    private Dataset<Row> data(SparkSession spark) {
        return spark.range(0, rows, 1, 4)
                .map(new Generated(classes), Encoders.row(SCHEMA))
                .persist(StorageLevel.MEMORY_ONLY());
    }

    /** The row of a number. */
    private record Generated(int classes) implements MapFunction<Long, Row> {

        @Override
        public Row call(Long number) {
            SplittableRandom random = new SplittableRandom(number);
            int label = (int) (number % classes);
            int group = label / (int) Math.ceil(Math.sqrt(classes));
            double[] values = new double[FEATURES];
            for (int i = 0; i < NON_ZEROS; i++) {
                int feature = i % 2 == 0 ? typical(label, random.nextInt(NON_ZEROS)) : random.nextInt(FEATURES);
                values[feature] = 0.2 + random.nextDouble() / 5;
            }
            return RowFactory.create(
                    "class-" + label,
                    new String[] {"group-" + group, "class-" + label},
                    Vectors.dense(values).toSparse());
        }

        private static int typical(int label, int word) {
            return new SplittableRandom(31L * label + word).nextInt(FEATURES);
        }
    }
}
