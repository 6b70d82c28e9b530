package io.pigeonhole.training.nearest;

import static org.apache.spark.sql.functions.col;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import scala.collection.Seq;

/** Rows with the column that all decisions follow from: their neighbours, or their score of each class. */
final class ComparedRows {

    private static final StructType NEIGHBOUR =
            StructType.fromDDL("example_id STRING, label STRING, weight DOUBLE, similarity DOUBLE");

    /** Rows that are compared together: enough that reading a shard takes little of the time. */
    private static final int TOGETHER = 4096;

    private ComparedRows() {}

    /** Adds the score of each class, a vector in the order of the labels. */
    static Dataset<Row> withScores(
            Dataset<?> rows, Centroids centroids, Metric metric, String features, String column) {
        return rows.withColumn(
                column,
                functions
                        .udf(new Scores(centroids, metric), SQLDataTypes.VectorType())
                        .apply(col(features)));
    }

    /** Adds the nearest training rows. */
    static Dataset<Row> withNeighbours(Dataset<?> rows, Search search, int size, String features, String column) {
        StructType schema = rows.schema().add(column, DataTypes.createArrayType(NEIGHBOUR));
        return rows.toDF()
                .mapPartitions(new Nearest(search, size, rows.schema().fieldIndex(features)), Encoders.row(schema));
    }

    /** The similarity to the nearest row in such a column; null if there is none. */
    static Column nearest(Column neighbours) {
        return functions.get(neighbours, functions.lit(0)).getField("similarity");
    }

    /** The neighbours in such a column. */
    static List<Neighbour> neighbours(Seq<Row> rows) {
        List<Neighbour> neighbours = new ArrayList<>();
        for (int i = 0; i < rows.size(); i++) {
            Row row = rows.apply(i);
            neighbours.add(new Neighbour(row.getString(0), row.getString(1), row.getDouble(2), row.getDouble(3)));
        }
        return neighbours;
    }

    private static FeatureVector checked(Vector features, int size, Metric metric) {
        if (features.size() != size) {
            throw new IllegalArgumentException(
                    "the row has " + features.size() + " features, but the model has " + size);
        }
        return FeatureVector.of(features, metric);
    }

    private record Scores(Centroids centroids, Metric metric) implements UDF1<Vector, Vector> {

        @Override
        public Vector call(Vector features) {
            return Vectors.dense(centroids.scores(checked(features, centroids.size(), metric)));
        }
    }

    /** Adds the neighbours to the rows of a partition, many rows at a time. */
    private record Nearest(Search search, int size, int features) implements MapPartitionsFunction<Row, Row> {

        @Override
        public Iterator<Row> call(Iterator<Row> rows) {
            return new Iterator<>() {
                private Iterator<Row> ready = Collections.emptyIterator();

                @Override
                public boolean hasNext() {
                    if (!ready.hasNext() && rows.hasNext()) {
                        ready = compared(chunk(rows)).iterator();
                    }
                    return ready.hasNext();
                }

                @Override
                public Row next() {
                    if (!hasNext()) {
                        throw new NoSuchElementException();
                    }
                    return ready.next();
                }
            };
        }

        private static List<Row> chunk(Iterator<Row> rows) {
            List<Row> chunk = new ArrayList<>();
            while (rows.hasNext() && chunk.size() < TOGETHER) {
                chunk.add(rows.next());
            }
            return chunk;
        }

        private List<Row> compared(List<Row> chunk) {
            List<List<Neighbour>> found = search.of(chunk.stream()
                    .map(row -> checked(row.getAs(features), size, search.metric()))
                    .toList());
            List<Row> compared = new ArrayList<>();
            for (int i = 0; i < found.size(); i++) {
                compared.add(with(chunk.get(i), found.get(i)));
            }
            return compared;
        }

        private static Row with(Row row, List<Neighbour> found) {
            Object[] values = new Object[row.size() + 1];
            for (int column = 0; column < row.size(); column++) {
                values[column] = row.get(column);
            }
            values[row.size()] = found.stream()
                    .map(each -> RowFactory.create(each.id(), each.label(), each.weight(), each.similarity()))
                    .toArray(Row[]::new);
            return RowFactory.create(values);
        }
    }
}
