package io.pigeonhole.training.sparkml;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.sum;

import io.pigeonhole.transforms.Taxonomy;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;

/**
 * The classes of training rows.
 *
 * @param classes in the order of their labels
 */
record ClassTotals(List<OfClass> classes) {

    /**
     * @param path from below the root of the taxonomy to the label
     * @param weight sum of the weights of the rows; {@code least} and {@code most} are the extremes
     */
    record OfClass(String label, List<String> path, long rows, double weight, double least, double most) {}

    /** @param dataset rows of {@code label, path, weight} */
    static ClassTotals of(Dataset<Row> dataset) {
        // decimals, so that the sums do not depend on the order of the rows
        List<OfClass> classes = dataset
                .groupBy("label")
                .agg(
                        min(coalesce(col("path"), array(col("label")))),
                        count(lit(1)),
                        sum(col("weight").cast(DataTypes.createDecimalType(38, 18))),
                        min("weight"),
                        max("weight"))
                .collectAsList()
                .stream()
                .map(ClassTotals::ofClass)
                .sorted(Comparator.comparing(OfClass::label))
                .toList();
        return new ClassTotals(classes);
    }

    private static OfClass ofClass(Row row) {
        if (row.isNullAt(0)) {
            throw new IllegalArgumentException("a training row has no label; leave unlabelled rows out before fitting");
        }
        if (row.isNullAt(4) || !(row.getDouble(4) > 0)) {
            throw new IllegalArgumentException(
                    "a row of class '" + row.getString(0) + "' weighs " + row.get(4) + "; weights must be above 0");
        }
        return new OfClass(
                row.getString(0),
                row.getList(1),
                row.getLong(2),
                row.getDecimal(3).doubleValue(),
                row.getDouble(4),
                row.getDouble(5));
    }

    List<String> labels() {
        return classes.stream().map(OfClass::label).toList();
    }

    Taxonomy taxonomy() {
        Map<String, List<String>> paths = new TreeMap<>();
        classes.forEach(each -> paths.put(each.label(), each.path()));
        return Taxonomy.ofPaths(paths);
    }

    long rows() {
        return classes.stream().mapToLong(OfClass::rows).sum();
    }

    double weight() {
        return classes.stream().mapToDouble(OfClass::weight).sum();
    }

    boolean areAllOne() {
        return classes.stream().allMatch(each -> each.least() == 1 && each.most() == 1);
    }
}
