package io.pigeonhole.deep;

import io.pigeonhole.deep.network.InputReader;
import io.pigeonhole.deep.network.Network;
import io.pigeonhole.deep.network.NetworkInput;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Queue;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.ml.linalg.DenseVector;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/** Rows with the probabilities, the most probable class and the score of rows of no class behind their columns, scored a batch at a time. */
final class ScoredRows implements Iterator<Row> {

    private static final int BATCH = 256;

    private final Scoring scoring;
    private final InputReader reader;
    private final int column;
    private final Iterator<Row> source;
    private final Queue<Row> scored = new ArrayDeque<>();

    private ScoredRows(Scoring scoring, int column, Iterator<Row> source) {
        this.scoring = scoring;
        this.reader = scoring.reader();
        this.column = column;
        this.source = source;
    }

    /**
     * For Spark.
     *
     * @param column that the network reads
     */
    record Function(Broadcast<Scoring> scoring, int column) implements MapPartitionsFunction<Row, Row> {
        @Override
        public Iterator<Row> call(Iterator<Row> rows) {
            return new ScoredRows(scoring.value(), column, rows);
        }
    }

    @Override
    public boolean hasNext() {
        return !scored.isEmpty() || source.hasNext();
    }

    @Override
    public Row next() {
        if (scored.isEmpty()) {
            score();
        }
        return scored.remove();
    }

    private void score() {
        List<Row> rows = new ArrayList<>();
        List<NetworkInput> inputs = new ArrayList<>();
        while (source.hasNext() && rows.size() < BATCH) {
            Row row = source.next();
            rows.add(row);
            inputs.add(reader.read(row, column));
        }
        if (rows.isEmpty()) {
            return;
        }
        Network.Outputs outputs = scoring.outputs(inputs);
        int classes = scoring.labels().size();
        for (int i = 0; i < rows.size(); i++) {
            scored.add(row(rows.get(i), outputs.probabilities(), i * classes, classes, outputs.unknownScores()[i]));
        }
    }

    private Row row(Row row, float[] probabilities, int at, int classes, double unknownScore) {
        double[] vector = new double[classes];
        double sum = 0;
        for (int k = 0; k < classes; k++) {
            vector[k] = probabilities[at + k];
            sum += vector[k];
        }
        // single precision leaves the sum a millionth off
        for (int k = 0; k < classes; k++) {
            vector[k] /= sum;
        }
        DenseVector probability = new DenseVector(vector);
        Object[] values = new Object[row.size() + 3];
        for (int i = 0; i < row.size(); i++) {
            values[i] = row.get(i);
        }
        values[row.size()] = probability;
        values[row.size() + 1] = scoring.labels().get(probability.argmax());
        values[row.size() + 2] = unknownScore;
        return RowFactory.create(values);
    }
}
