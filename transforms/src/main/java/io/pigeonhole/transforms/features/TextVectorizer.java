package io.pigeonhole.transforms.features;

import static io.pigeonhole.transforms.Columns.named;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.lit;

import java.util.Comparator;
import java.util.List;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.DefaultParamsWritable;
import org.apache.spark.ml.util.Identifiable;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/**
 * Learns which n-grams of a text column are features, and their weights. The features are the n-grams (or buckets) that
 * occur in enough texts, in the order of the buckets or in alphabetical order of the terms.
 */
public final class TextVectorizer extends Estimator<TextVectorizerModel> implements DefaultParamsWritable {

    private static final long serialVersionUID = 1L;

    private final String uid;
    private final TextSpecParam spec;
    private final Param<String> outputCol;

    public TextVectorizer() {
        this(Identifiable.randomUID("textVectorizer"));
    }

    public TextVectorizer(String uid) {
        this.uid = uid;
        this.spec = new TextSpecParam(this);
        this.outputCol = new Param<>(this, "outputCol", "column of the sparse vectors");
    }

    @Override
    public String uid() {
        return uid;
    }

    public Param<FeatureSpec.Text> spec() {
        return spec;
    }

    public Param<String> outputCol() {
        return outputCol;
    }

    public TextVectorizer setSpec(FeatureSpec.Text value) {
        set(spec, value);
        return this;
    }

    public TextVectorizer setOutputCol(String value) {
        set(outputCol, value);
        return this;
    }

    @Override
    public TextVectorizerModel fit(Dataset<?> dataset) {
        transformSchema(dataset.schema());
        FeatureSpec.Text text = $(spec);
        Dataset<String> texts =
                dataset.select(coalesce(named(text.column()), lit(""))).as(Encoders.STRING());
        List<Row> counts = DocumentCounts.collect(texts, text);
        long documents = counts.stream()
                .filter(TextVectorizer::isTotal)
                .mapToLong(row -> row.getLong(2))
                .sum();
        List<Row> kept = counts.stream()
                .filter(row -> !isTotal(row))
                .sorted(
                        text.vocabulary() instanceof FeatureSpec.Hashed
                                ? Comparator.comparingInt((Row row) -> row.getInt(0))
                                : Comparator.comparing((Row row) -> row.getString(1)))
                .toList();
        double[] weights = kept.stream()
                .mapToDouble(row -> text.idf() ? inverseDocumentFrequency(documents, row.getLong(2)) : 1)
                .toArray();
        NGramWeights state = text.vocabulary() instanceof FeatureSpec.Hashed
                ? NGramWeights.ofBuckets(
                        kept.stream().mapToInt(row -> row.getInt(0)).toArray(), weights)
                : NGramWeights.ofTerms(
                        kept.stream().map(row -> row.getString(1)).toArray(String[]::new), weights);
        return copyValues(new TextVectorizerModel(uid, state), ParamMap.empty()).setParent(this);
    }

    private static boolean isTotal(Row row) {
        return !row.isNullAt(0) && row.getInt(0) == DocumentCounts.ALL;
    }

    // StrictMath: the same bits on every platform
    private static double inverseDocumentFrequency(long documents, long containing) {
        return StrictMath.log((1.0 + documents) / (1.0 + containing)) + 1;
    }

    @Override
    public StructType transformSchema(StructType schema) {
        return Features.append(schema, $(outputCol));
    }

    @Override
    public TextVectorizer copy(ParamMap extra) {
        return defaultCopy(extra);
    }

    public static MLReader<TextVectorizer> read() {
        return new DefaultParamsReader<>();
    }
}
