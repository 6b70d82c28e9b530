package io.pigeonhole.training.calibration;

import static org.apache.spark.sql.functions.col;

import io.pigeonhole.transforms.DecisionNodes;
import io.pigeonhole.transforms.Taxonomy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;

/**
 * Fits calibrations on rows that the classifier was not trained on: each method on all of them, and once more without each
 * part of them, so that it can be judged on rows that it has not seen.
 *
 * @param taxonomy the classes in the order of the probabilities; flat where they are one decision
 * @param parts into how many parts the rows are dealt, at least 2
 * @param minimumRows rows that a node must have, or it stays as it is
 */
public record Calibrator(Taxonomy taxonomy, int parts, int minimumRows) {

    /** Column of a whole number that names the row; rows of one unit are in the same part. */
    public static final String UNIT = "unit";

    public static final String LABEL = "label";
    public static final String PROBABILITY = "probability";

    public Calibrator {
        if (parts < 2) {
            throw new IllegalArgumentException("cross-fitting takes at least 2 parts, not " + parts);
        }
    }

    /**
     * Fits the methods.
     *
     * @param rows with {@link #UNIT}, {@link #LABEL} and {@link #PROBABILITY}, a vector that sums to one; a label that is
     *     none of the classes is passed over
     */
    public CrossFit fit(Dataset<Row> rows, List<CalibrationMethod> methods) {
        DecisionNodes nodes = new DecisionNodes(taxonomy);
        JavaRDD<Case> cases = rows.select(col(UNIT), col(LABEL), col(PROBABILITY))
                .toJavaRDD()
                .flatMap(new Cases(nodes, parts))
                .persist(StorageLevel.MEMORY_AND_DISK());
        try {
            long[] rowsOfNode =
                    cases.mapPartitions(new RowsOfNode(nodes.size())).reduce(Case::add);
            Map<CalibrationMethod, CalibrationMap[][]> maps = new EnumMap<>(CalibrationMethod.class);
            for (CalibrationMethod method : methods) {
                maps.put(method, withMinimum(fit(method, cases, nodes, rowsOfNode), rowsOfNode));
            }
            return new CrossFit(nodes, parts, maps);
        } finally {
            cases.unpersist();
        }
    }

    private CalibrationMap[][] fit(
            CalibrationMethod method, JavaRDD<Case> cases, DecisionNodes nodes, long[] rowsOfNode) {
        return switch (method) {
            case NONE -> new CalibrationMap[parts + 1][nodes.size()];
            case TEMPERATURE -> TemperatureFit.fit(cases, nodes, parts);
            case VECTOR ->
                VectorFit.fit(
                        cases,
                        nodes,
                        parts,
                        Math.max(1, Arrays.stream(rowsOfNode).sum()));
            case ISOTONIC -> IsotonicFit.fit(cases, nodes, parts);
        };
    }

    /** Nodes with too few rows, and those without a function of their own, stay as they are. */
    private CalibrationMap[][] withMinimum(CalibrationMap[][] maps, long[] rowsOfNode) {
        for (CalibrationMap[] part : maps) {
            for (int node = 0; node < part.length; node++) {
                if (part[node] == null || rowsOfNode[node] < minimumRows) {
                    part[node] = new CalibrationMap.Unchanged();
                }
            }
        }
        return maps;
    }

    /** The part of a unit; hashes are even in their low digits. */
    static int part(long unit, int parts) {
        return Math.floorMod(unit, parts);
    }

    /** Index of a label among the classes; negative where it is none of them. */
    static int index(DecisionNodes nodes, String label) {
        return Collections.binarySearch(nodes.taxonomy().labels(), label);
    }

    private record Cases(DecisionNodes nodes, int parts) implements FlatMapFunction<Row, Case> {

        @Override
        public Iterator<Case> call(Row row) {
            int label = index(nodes, row.getString(1));
            List<Case> cases = new ArrayList<>();
            if (label >= 0) {
                double[] shares = nodes.shares(row.<Vector>getAs(2).toArray());
                for (int child : nodes.path(label)) {
                    cases.add(Case.of(nodes, child, part(row.getLong(0), parts), shares));
                }
            }
            return cases.iterator();
        }
    }

    private record RowsOfNode(int nodes) implements FlatMapFunction<Iterator<Case>, long[]> {

        @Override
        public Iterator<long[]> call(Iterator<Case> cases) {
            long[] rows = new long[nodes];
            while (cases.hasNext()) {
                rows[cases.next().node()]++;
            }
            return List.of(rows).iterator();
        }
    }
}
