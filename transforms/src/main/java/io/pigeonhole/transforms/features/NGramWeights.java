package io.pigeonhole.transforms.features;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;

/** The features of a fitted text column, either buckets of a hash or terms, in ascending order, with their weights. */
final class NGramWeights {

    static final StructType SCHEMA = StructType.fromDDL("index INT, bucket INT, term STRING, weight DOUBLE");

    private final int[] buckets;
    private final String[] terms;
    private final double[] weights;

    private NGramWeights(int[] buckets, String[] terms, double[] weights) {
        this.buckets = buckets;
        this.terms = terms;
        this.weights = weights;
    }

    static NGramWeights ofBuckets(int[] buckets, double[] weights) {
        return new NGramWeights(buckets, new String[0], weights);
    }

    static NGramWeights ofTerms(String[] terms, double[] weights) {
        return new NGramWeights(new int[0], terms, weights);
    }

    int size() {
        return weights.length;
    }

    /** The terms; empty if the features are buckets. */
    String[] terms() {
        return terms.clone();
    }

    /** The terms, or the buckets as text. */
    String[] names() {
        return buckets.length == 0
                ? terms()
                : Arrays.stream(buckets).mapToObj(Integer::toString).toArray(String[]::new);
    }

    /** The factor for the count of each feature. */
    double[] weights() {
        return weights.clone();
    }

    NGramIndex index(FeatureSpec.Vocabulary vocabulary) {
        return vocabulary instanceof FeatureSpec.Hashed hashed
                ? new NGramIndex.Buckets(hashed.buckets(), buckets)
                : TermTable.of(terms);
    }

    List<Row> toRows() {
        List<Row> rows = new ArrayList<>(weights.length);
        for (int i = 0; i < weights.length; i++) {
            rows.add(
                    terms.length == 0
                            ? RowFactory.create(i, buckets[i], null, weights[i])
                            : RowFactory.create(i, null, terms[i], weights[i]));
        }
        return rows;
    }

    static NGramWeights fromRows(List<Row> rows) {
        double[] weights = rows.stream().mapToDouble(row -> row.getDouble(3)).toArray();
        boolean hashed = rows.isEmpty() || !rows.get(0).isNullAt(1);
        return hashed
                ? ofBuckets(rows.stream().mapToInt(row -> row.getInt(1)).toArray(), weights)
                : ofTerms(rows.stream().map(row -> row.getString(2)).toArray(String[]::new), weights);
    }
}
