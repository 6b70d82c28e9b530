package io.pigeonhole.training.calibration;

import static org.apache.spark.sql.functions.col;

import io.pigeonhole.transforms.DecisionNodes;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;

/** Calibrations of each method, fitted on all rows and without each part of them. */
public final class CrossFit {

    /** A row at a node: its losses under each method, in the methods' order. */
    private static final StructType LOSSES =
            StructType.fromDDL("node STRING, unit BIGINT, log_losses ARRAY<DOUBLE>, briers ARRAY<DOUBLE>");

    /** A row as a whole: its losses before and after, what is decided, and the probabilities of classes worth listing. */
    private static final StructType HELD_OUT = StructType.fromDDL("unit BIGINT, label INT, log_losses ARRAY<DOUBLE>,"
            + " briers ARRAY<DOUBLE>,"
            + " decision STRUCT<before: DOUBLE, right_before: BOOLEAN, after: DOUBLE, right_after: BOOLEAN>,"
            + " classes ARRAY<STRUCT<class: INT, before: DOUBLE, after: DOUBLE>>");

    /** Log losses end here, where those of the evaluation do. */
    private static final double LEAST_PROBABILITY = Math.ulp(1.0);

    private final DecisionNodes nodes;
    private final int parts;
    private final EnumMap<CalibrationMethod, CalibrationMap[][]> maps;

    CrossFit(DecisionNodes nodes, int parts, Map<CalibrationMethod, CalibrationMap[][]> maps) {
        this.nodes = nodes;
        this.parts = parts;
        this.maps = new EnumMap<>(maps);
    }

    /** The methods, the simplest first. */
    public List<CalibrationMethod> methods() {
        return List.copyOf(maps.keySet());
    }

    /** Names of the nodes that are decided at; the root's is empty. */
    public List<String> nodes() {
        return nodes.names();
    }

    /**
     * The losses of each row at each node on the path of its label, under calibrations that have not seen the row: {@code
     * node, unit, log_losses, briers}, both lists in the order of {@link #methods}. The log loss is the negative logarithm
     * of the share of the right child; the Brier score, the squared distance of all shares from what is right.
     */
    public Dataset<Row> losses(Dataset<Row> rows) {
        return transformed(rows, new Losses(nodes, parts, functions()), LOSSES);
    }

    /**
     * Each row as a whole, without calibration and under picked ones that have not seen the row: {@code unit, label,
     * log_losses, briers} with two elements, before and after; {@code decision}: {@code before, right_before, after,
     * right_after}, the largest probability and whether it is the label's; and {@code classes}: {@code class, before, after}
     * of the label and of each class that is at least this probable, before or after. Classes are indices.
     *
     * @param picked method of each node
     */
    public Dataset<Row> heldOut(Dataset<Row> rows, List<CalibrationMethod> picked, double leastProbability) {
        CalibrationMap[][] byPart = new CalibrationMap[parts][];
        for (int part = 0; part < parts; part++) {
            byPart[part] = picked(picked, part);
        }
        return transformed(rows, new HeldOut(nodes, byPart, leastProbability), HELD_OUT);
    }

    /**
     * The stage that applies the picked calibrations, fitted on all rows.
     *
     * @param picked method of each node
     */
    public CalibratedModel model(String uid, List<CalibrationMethod> picked) {
        return new CalibratedModel(uid, nodes, picked(picked, parts));
    }

    private CalibrationMap[] picked(List<CalibrationMethod> picked, int part) {
        CalibrationMap[] functions = new CalibrationMap[nodes.size()];
        for (int node = 0; node < functions.length; node++) {
            functions[node] = Objects.requireNonNull(maps.get(picked.get(node)))[part][node];
        }
        return functions;
    }

    private CalibrationMap[][][] functions() {
        return maps.values().toArray(CalibrationMap[][][]::new);
    }

    private static Dataset<Row> transformed(Dataset<Row> rows, FlatMapFunction<Row, Row> function, StructType schema) {
        JavaRDD<Row> transformed = rows.select(col(Calibrator.UNIT), col(Calibrator.LABEL), col(Calibrator.PROBABILITY))
                .toJavaRDD()
                .flatMap(function);
        return rows.sparkSession().createDataFrame(transformed, schema);
    }

    private static final class Losses extends EachRow {

        private static final long serialVersionUID = 1L;

        private final int parts;
        /** By method, part held out and node. */
        private final CalibrationMap[][][] functions;

        Losses(DecisionNodes nodes, int parts, CalibrationMap[][][] functions) {
            super(nodes);
            this.parts = parts;
            this.functions = functions;
        }

        @Override
        List<Row> rows(long unit, int label, double[] shares) {
            int part = Calibrator.part(unit, parts);
            List<Row> losses = new ArrayList<>();
            for (int target : nodes.path(label)) {
                int node = nodes.node(target);
                Double[] logLosses = new Double[functions.length];
                Double[] briers = new Double[functions.length];
                for (int method = 0; method < functions.length; method++) {
                    double[] calibrated = shares.clone();
                    functions[method][part][node].apply(calibrated, nodes.start(node), nodes.end(node));
                    logLosses[method] = logLoss(calibrated[target]);
                    briers[method] = brier(calibrated, nodes.start(node), nodes.end(node), target);
                }
                losses.add(RowFactory.create(nodes.names().get(node), unit, logLosses, briers));
            }
            return losses;
        }
    }

    private static final class HeldOut extends EachRow {

        private static final long serialVersionUID = 1L;

        /** By part held out and node. */
        private final CalibrationMap[][] functions;

        private final double leastProbability;

        HeldOut(DecisionNodes nodes, CalibrationMap[][] functions, double leastProbability) {
            super(nodes);
            this.functions = functions;
            this.leastProbability = leastProbability;
        }

        @Override
        List<Row> rows(long unit, int label, double[] shares) {
            CalibrationMap[] unseen = functions[Calibrator.part(unit, functions.length)];
            double[] before = nodes.probabilities(shares);
            double[] after = nodes.probabilities(CalibratedModel.calibrated(nodes, unseen, shares));
            List<Row> classes = new ArrayList<>();
            for (int i = 0; i < before.length; i++) {
                if (i == label || Math.max(before[i], after[i]) >= leastProbability) {
                    classes.add(RowFactory.create(i, before[i], after[i]));
                }
            }
            return List.of(RowFactory.create(
                    unit,
                    label,
                    new Double[] {logLoss(before[label]), logLoss(after[label])},
                    new Double[] {brier(before, 0, before.length, label), brier(after, 0, after.length, label)},
                    decision(before, after, label),
                    classes.toArray(Row[]::new)));
        }
    }

    /** Of equal probabilities, the first decides. */
    private static Row decision(double[] before, double[] after, int label) {
        int bestBefore = Vectors.dense(before).argmax();
        int bestAfter = Vectors.dense(after).argmax();
        return RowFactory.create(before[bestBefore], bestBefore == label, after[bestAfter], bestAfter == label);
    }

    private static double logLoss(double probability) {
        return -Math.log(Math.max(probability, LEAST_PROBABILITY));
    }

    /** Squared distance of the values of {@code [from, to)} from 1 at the target and 0 elsewhere. */
    private static double brier(double[] values, int from, int to, int target) {
        double sum = 0;
        for (int i = from; i < to; i++) {
            double miss = values[i] - (i == target ? 1 : 0);
            sum += miss * miss;
        }
        return sum;
    }

    /** What becomes of one row whose label is one of the classes. */
    private abstract static class EachRow implements FlatMapFunction<Row, Row> {

        private static final long serialVersionUID = 1L;

        final DecisionNodes nodes;

        EachRow(DecisionNodes nodes) {
            this.nodes = nodes;
        }

        @Override
        public final Iterator<Row> call(Row row) {
            int label = Calibrator.index(nodes, row.getString(1));
            return label < 0
                    ? List.<Row>of().iterator()
                    : rows(
                                    row.getLong(0),
                                    label,
                                    nodes.shares(row.<Vector>getAs(2).toArray()))
                            .iterator();
        }

        abstract List<Row> rows(long unit, int label, double[] shares);
    }
}
