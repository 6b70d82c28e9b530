package io.pigeonhole.benchmarks.nearest;

import static org.apache.spark.sql.functions.col;

import io.pigeonhole.benchmarks.Measurement;
import io.pigeonhole.benchmarks.Work;
import io.pigeonhole.benchmarks.Workplace;
import io.pigeonhole.training.nearest.NearestClassifier;
import io.pigeonhole.training.nearest.NearestModel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.storage.StorageLevel;

/** Finds the nearest rows by this project, and writes their numbers for the other contender to compare. */
final class NeighbourSearch implements Work {

    private static final StructType SCHEMA = new StructType()
            .add("example_id", DataTypes.StringType)
            .add("label", DataTypes.StringType)
            .add("features", SQLDataTypes.VectorType());

    @Override
    public Measurement.Report run(Workplace place, String setting) throws IOException {
        List<Row> vectors = vectors(place);
        NearestClassifier classifier = new NearestClassifier("nearest");
        classifier.set(classifier.neighbours(), GeneratedVectors.NEIGHBOURS);
        NearestModel model =
                classifier.fit(place.spark().createDataFrame(vectors.subList(0, GeneratedVectors.ROWS), SCHEMA));
        Dataset<Row> queries = place.spark()
                .createDataFrame(vectors.subList(GeneratedVectors.ROWS, vectors.size()), SCHEMA)
                .repartition(4)
                .persist(StorageLevel.MEMORY_ONLY());
        queries.count();
        found(model, queries.limit(2_000));
        List<Row> found = new ArrayList<>();
        double seconds = Workplace.seconds(() -> found.addAll(found(model, queries)));
        write(place, found);
        return new Measurement.Report("this project", seconds, Workplace.peakMemoryMiB(), Map.of(), "");
    }

    private static List<Row> found(NearestModel model, Dataset<Row> queries) {
        return model.compared(queries, "found")
                .select(col("example_id"), col("found.example_id").as("found"))
                .collectAsList();
    }

    private static List<Row> vectors(Workplace place) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(GeneratedVectors.file(place)))
                .order(ByteOrder.LITTLE_ENDIAN);
        List<Row> rows = new ArrayList<>();
        while (bytes.hasRemaining()) {
            double[] values = new double[GeneratedVectors.SIZE];
            for (int f = 0; f < values.length; f++) {
                values[f] = bytes.getFloat();
            }
            rows.add(RowFactory.create(String.format("%05d", rows.size()), "any", Vectors.dense(values)));
        }
        return rows;
    }

    private static void write(Workplace place, List<Row> found) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(Integer.BYTES * GeneratedVectors.NEIGHBOURS * GeneratedVectors.QUERIES)
                .order(ByteOrder.LITTLE_ENDIAN);
        for (Row row : found) {
            int query = Integer.parseInt(row.getString(0)) - GeneratedVectors.ROWS;
            bytes.position(Integer.BYTES * GeneratedVectors.NEIGHBOURS * query);
            row.<String>getList(1).forEach(id -> bytes.putInt(Integer.parseInt(id)));
        }
        Files.write(GeneratedVectors.neighbours(place), bytes.array());
    }
}
