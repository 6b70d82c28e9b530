package io.pigeonhole.training.nearest;

import java.util.Iterator;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Row;

/** Reads rows of {@code id, label, path, weight, features}, ordered by id, and checks them. */
final class ReferenceRowsInOrder implements Iterator<Reference> {

    private final Iterator<Row> rows;
    private final Metric metric;
    private String last = "";
    private int size;
    private boolean isFirst = true;

    ReferenceRowsInOrder(Iterator<Row> rows, Metric metric) {
        this.rows = rows;
        this.metric = metric;
    }

    @Override
    public boolean hasNext() {
        return rows.hasNext();
    }

    @Override
    public Reference next() {
        Row row = rows.next();
        if (row.isNullAt(0) || row.isNullAt(1)) {
            throw new IllegalArgumentException(
                    "a training row has no id or no label; leave such rows out before fitting");
        }
        String id = row.getString(0);
        if (!isFirst && id.equals(last)) {
            throw new IllegalArgumentException("two training rows have the id '" + id + "'; ids must differ");
        }
        double weight = row.getDouble(3);
        if (!(weight > 0 && weight < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(
                    "the training row '" + id + "' weighs " + weight + "; weights must be above 0");
        }
        FeatureVector vector = FeatureVector.of(row.<Vector>getAs(4), metric);
        if (!isFirst && vector.size() != size) {
            throw new IllegalArgumentException("the training row '" + id + "' has " + vector.size()
                    + " features, and others have " + size + "; all must have the same number");
        }
        isFirst = false;
        last = id;
        size = vector.size();
        return new Reference(id, row.getString(1), row.getList(2), weight, vector);
    }
}
