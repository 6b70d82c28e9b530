package io.pigeonhole.training;

import io.pigeonhole.transforms.Taxonomy;
import io.pigeonhole.transforms.files.StageFiles;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;
import scala.collection.immutable.ArraySeq;

/**
 * Coefficients as Parquet: the classes, the scheme, and a row for each group and feature with its coefficients, either of
 * all columns of the group or of those listed. Primitive arrays all the way. Few coefficients are written and read in this
 * process; many are, by tasks of a few megabytes each, by a query.
 */
final class CoefficientFiles {

    private static final StructType CLASSES =
            StructType.fromDDL("class_index INT, label STRING, path ARRAY<STRING>, tree_path ARRAY<STRING>");
    private static final StructType SCHEME = StructType.fromDDL("scheme STRING, features INT, widths ARRAY<INT>");
    private static final StructType COEFFICIENTS =
            StructType.fromDDL("group INT, feature INT, columns ARRAY<INT>, coefficients ARRAY<FLOAT>");

    private static final String CLASS_PART = "classes";
    private static final String SCHEME_PART = "scheme";
    private static final String COEFFICIENT_PART = "coefficients";

    private static final int COEFFICIENTS_PER_TASK = 4_000_000;
    /** Size of files that this process reads without a query. */
    private static final long SMALL_BYTES = 16L << 20;

    private CoefficientFiles() {}

    /**
     * Writes.
     *
     * @param shared the coefficients in this process, needed where tasks write; executors write those that they hold
     */
    static void write(
            SparkSession spark, Coefficients coefficients, Supplier<Broadcast<Coefficients>> shared, String path) {
        write(spark, coefficients, shared, path, COEFFICIENTS_PER_TASK);
    }

    static void write(
            SparkSession spark,
            Coefficients coefficients,
            Supplier<Broadcast<Coefficients>> shared,
            String path,
            int coefficientsPerTask) {
        List<Row> classes = new ArrayList<>();
        coefficients
                .taxonomy()
                .paths()
                .forEach((label, nodes) -> classes.add(RowFactory.create(
                        classes.size(),
                        label,
                        nodes.toArray(String[]::new),
                        coefficients.tree().path(label).orElseThrow().toArray(String[]::new))));
        StageFiles.write(new StageFiles.Part(CLASS_PART, CLASSES, classes), path, spark);
        int[] widths =
                coefficients.groups().stream().mapToInt(ColumnGroup::width).toArray();
        Row scheme =
                RowFactory.create(coefficients.scheme().name(), coefficients.dimension(), new ArraySeq.ofInt(widths));
        StageFiles.write(new StageFiles.Part(SCHEME_PART, SCHEME, List.of(scheme)), path, spark);
        if (isSmall(coefficients, coefficientsPerTask)) {
            List<Row> rows = new ArrayList<>();
            for (int g = 0; g < coefficients.groups().size(); g++) {
                Part.rows(g, coefficients.groups().get(g)).forEachRemaining(rows::add);
            }
            StageFiles.write(new StageFiles.Part(COEFFICIENT_PART, COEFFICIENTS, rows), path, spark);
        } else {
            spark.createDataFrame(rows(spark, coefficients, shared.get(), coefficientsPerTask), COEFFICIENTS)
                    .write()
                    .parquet(new Path(path, COEFFICIENT_PART).toString());
        }
    }

    /** Whether one task would write all coefficients, and this process has them. */
    private static boolean isSmall(Coefficients coefficients, int coefficientsPerTask) {
        return coefficients.groups().stream().noneMatch(DistantGroup.class::isInstance)
                && coefficients.stored() <= coefficientsPerTask;
    }

    private static JavaRDD<Row> rows(
            SparkSession spark, Coefficients coefficients, Broadcast<Coefficients> shared, int coefficientsPerTask) {
        List<Part> parts = parts(shared.value(), coefficientsPerTask);
        JavaRDD<Row> rows = JavaSparkContext.fromSparkContext(spark.sparkContext())
                .parallelize(parts, Math.max(1, parts.size()))
                .flatMap(part -> part.rows(shared.value()));
        for (int g = 0; g < coefficients.groups().size(); g++) {
            if (coefficients.groups().get(g) instanceof DistantGroup distant) {
                int number = g;
                rows = rows.union(distant.parts().flatMap(part -> Part.rows(number, part)));
            }
        }
        return rows;
    }

    /** Some rows of some groups, for one task. */
    private record Part(int firstGroup, int lastGroup, int from, int to) implements Serializable {

        Iterator<Row> rows(Coefficients coefficients) {
            return IntStream.rangeClosed(firstGroup, lastGroup)
                    .boxed()
                    .flatMap(g -> {
                        ColumnGroup group = coefficients.groups().get(g);
                        int end = firstGroup == lastGroup ? to : group.features().length;
                        return IntStream.range(from, end).mapToObj(row -> row(g, group, row));
                    })
                    .iterator();
        }

        static Iterator<Row> rows(int number, ColumnGroup group) {
            return IntStream.range(0, group.features().length)
                    .mapToObj(row -> row(number, group, row))
                    .iterator();
        }

        private static Row row(int number, ColumnGroup group, int row) {
            int feature = group.features()[row];
            if (group instanceof ColumnGroup.Sparse sparse) {
                int start = sparse.starts()[row];
                int end = sparse.starts()[row + 1];
                return RowFactory.create(
                        number,
                        feature,
                        new ArraySeq.ofInt(Arrays.copyOfRange(sparse.columns(), start, end)),
                        new ArraySeq.ofFloat(Arrays.copyOfRange(sparse.values(), start, end)));
            }
            ColumnGroup.Full full = (ColumnGroup.Full) group;
            int start = row * full.width();
            return RowFactory.create(
                    number,
                    feature,
                    null,
                    new ArraySeq.ofFloat(Arrays.copyOfRange(full.values(), start, start + full.width())));
        }
    }

    /** Whole groups together while they are small; a large one in several parts. */
    private static List<Part> parts(Coefficients coefficients, int coefficientsPerTask) {
        List<Part> parts = new ArrayList<>();
        int first = 0;
        long size = 0;
        for (int g = 0; g < coefficients.groups().size(); g++) {
            ColumnGroup group = coefficients.groups().get(g);
            if (g > first && size + group.stored() > coefficientsPerTask) {
                parts.add(part(coefficients, first, g - 1));
                first = g;
                size = 0;
            }
            size += group.stored();
            if (size > coefficientsPerTask) {
                int rows = group.features().length;
                int cuts = (int) (size / coefficientsPerTask) + 1;
                for (int cut = 0; cut < cuts; cut++) {
                    parts.add(new Part(g, g, (int) ((long) rows * cut / cuts), (int) ((long) rows * (cut + 1) / cuts)));
                }
                first = g + 1;
                size = 0;
            }
        }
        if (first < coefficients.groups().size()) {
            parts.add(part(coefficients, first, coefficients.groups().size() - 1));
        }
        return parts;
    }

    private static Part part(Coefficients coefficients, int first, int last) {
        return new Part(first, last, 0, coefficients.groups().get(last).features().length);
    }

    static Coefficients read(SparkSession spark, StageFiles.Saved saved) {
        return read(spark, saved, SMALL_BYTES);
    }

    /** @param small most bytes of coefficients that this process reads by itself */
    static Coefficients read(SparkSession spark, StageFiles.Saved saved, long small) {
        TreeMap<String, List<String>> paths = new TreeMap<>();
        TreeMap<String, List<String>> treePaths = new TreeMap<>();
        for (Row row : saved.rows(CLASS_PART, CLASSES)) {
            paths.put(row.getString(1), row.getList(2));
            treePaths.put(row.getString(1), row.getList(3));
        }
        Row about = saved.rows(SCHEME_PART, SCHEME).get(0);
        List<List<Stored>> groups = new ArrayList<>();
        about.<Integer>getList(2).forEach(width -> groups.add(new ArrayList<>()));
        stored(spark, saved, small)
                .forEachRemaining(stored -> groups.get(stored.group()).add(stored));
        List<ColumnGroup> together = IntStream.range(0, groups.size())
                .mapToObj(g ->
                        Stored.together(groups.get(g), about.<Integer>getList(2).get(g)))
                .toList();
        return new Coefficients(
                Scheme.valueOf(about.getString(0)),
                Taxonomy.ofPaths(paths),
                Taxonomy.ofPaths(treePaths),
                about.getInt(1),
                together);
    }

    private static Iterator<Stored> stored(SparkSession spark, StageFiles.Saved saved, long small) {
        if (saved.bytes(COEFFICIENT_PART) <= small) {
            return Stored.together(saved.rows(COEFFICIENT_PART, COEFFICIENTS).iterator(), Stored::of);
        }
        return spark.read()
                .schema(COEFFICIENTS)
                .parquet(new Path(saved.folder(), COEFFICIENT_PART).toString())
                .queryExecution()
                .toRdd()
                .toJavaRDD()
                .mapPartitions(rows -> Stored.together(rows, Stored::of))
                .toLocalIterator();
    }

    /**
     * Rows of one group as one file holds them.
     *
     * @param starts where each row begins in {@code columns} and {@code values}
     * @param columns none where the rows are full
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Stored(int group, int[] features, int[] starts, int @Nullable [] columns, float[] values)
            implements Serializable {

        /** An internal row holds arrays without boxes; it is reused, so they are copied. */
        static Stored of(InternalRow row) {
            int[] columns = row.isNullAt(2) ? null : row.getArray(2).toIntArray();
            return of(row.getInt(0), row.getInt(1), columns, row.getArray(3).toFloatArray());
        }

        static Stored of(Row row) {
            int[] columns =
                    row.isNullAt(2) ? null : row.<ArraySeq.ofInt>getAs(2).unsafeArray();
            return of(
                    row.getInt(0),
                    row.getInt(1),
                    columns,
                    row.<ArraySeq.ofFloat>getAs(3).unsafeArray());
        }

        private static Stored of(int group, int feature, int @Nullable [] columns, float[] values) {
            return new Stored(group, new int[] {feature}, new int[] {0, values.length}, columns, values);
        }

        /** Joins rows of the same group that follow each other. */
        static <T> Iterator<Stored> together(Iterator<T> rows, Function<T, Stored> of) {
            List<Stored> stored = new ArrayList<>();
            List<Stored> current = new ArrayList<>();
            while (rows.hasNext()) {
                Stored row = of.apply(rows.next());
                if (!current.isEmpty() && current.get(0).group() != row.group()) {
                    stored.add(joined(current));
                    current.clear();
                }
                current.add(row);
            }
            if (!current.isEmpty()) {
                stored.add(joined(current));
            }
            return stored.iterator();
        }

        private static Stored joined(List<Stored> parts) {
            int rows = parts.stream().mapToInt(part -> part.features.length).sum();
            int size = parts.stream().mapToInt(part -> part.values.length).sum();
            int[] features = new int[rows];
            int[] starts = new int[rows + 1];
            int[] columns = parts.get(0).columns == null ? null : new int[size];
            float[] values = new float[size];
            int row = 0;
            int next = 0;
            for (Stored part : parts) {
                System.arraycopy(part.features, 0, features, row, part.features.length);
                for (int i = 0; i < part.features.length; i++) {
                    starts[row + i + 1] = next + part.starts[i + 1];
                }
                if (columns != null && part.columns != null) {
                    System.arraycopy(part.columns, 0, columns, next, part.columns.length);
                }
                System.arraycopy(part.values, 0, values, next, part.values.length);
                row += part.features.length;
                next += part.values.length;
            }
            return new Stored(parts.get(0).group, features, starts, columns, values);
        }

        static ColumnGroup together(List<Stored> parts, int width) {
            Stored all = joined(parts).inOrder();
            return all.columns == null
                    ? new ColumnGroup.Full(all.features, all.values, width)
                    : new ColumnGroup.Sparse(all.features, all.starts, all.columns, all.values, width);
        }

        /** The same with features ascending: Spark reads the files of a group in any order, several in one task. */
        private Stored inOrder() {
            int[] order = IntStream.range(0, features.length)
                    .boxed()
                    .sorted(Comparator.comparingInt(row -> features[row]))
                    .mapToInt(Integer::intValue)
                    .toArray();
            int[] newFeatures = new int[features.length];
            int[] newStarts = new int[starts.length];
            int[] newColumns = columns == null ? null : new int[columns.length];
            float[] newValues = new float[values.length];
            for (int i = 0; i < order.length; i++) {
                int from = starts[order[i]];
                int length = starts[order[i] + 1] - from;
                newFeatures[i] = features[order[i]];
                newStarts[i + 1] = newStarts[i] + length;
                System.arraycopy(values, from, newValues, newStarts[i], length);
                if (columns != null && newColumns != null) {
                    System.arraycopy(columns, from, newColumns, newStarts[i], length);
                }
            }
            return new Stored(group, newFeatures, newStarts, newColumns, newValues);
        }
    }
}
