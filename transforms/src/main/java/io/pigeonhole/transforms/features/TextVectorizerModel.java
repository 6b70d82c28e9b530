package io.pigeonhole.transforms.features;

import static io.pigeonhole.transforms.Columns.named;
import static org.apache.spark.sql.functions.udf;

import io.pigeonhole.transforms.files.StageFiles;
import java.util.Arrays;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.ml.Model;
import org.apache.spark.ml.attribute.AttributeGroup;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.SparseVector;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/** Turns a text column into sparse vectors of weighted n-gram counts; made by {@link TextVectorizer}. */
public final class TextVectorizerModel extends Model<TextVectorizerModel> implements MLWritable {

    private static final long serialVersionUID = 1L;

    private final String uid;
    private final transient NGramWeights state;
    private final TextSpecParam spec;
    private final Param<String> outputCol;

    TextVectorizerModel(String uid, NGramWeights state) {
        this.uid = uid;
        this.state = state;
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

    /** Number of features. */
    public int size() {
        return state.size();
    }

    /** The n-grams by feature, {@code w:} before words and {@code c:} before characters; empty if they are hashed. */
    public String[] terms() {
        return state.terms();
    }

    /** The name of each feature, unique within the column: its n-gram or its bucket. */
    String[] names() {
        return state.names();
    }

    /** The factor for the count of each feature. */
    double[] weights() {
        return state.weights();
    }

    @Override
    public Dataset<Row> transform(Dataset<?> dataset) {
        transformSchema(dataset.schema());
        FeatureSpec.Text text = $(spec);
        JavaSparkContext context =
                JavaSparkContext.fromSparkContext(dataset.sparkSession().sparkContext());
        Broadcast<NGramIndex> index = context.broadcast(state.index(text.vocabulary()));
        Broadcast<double[]> weights = context.broadcast(state.weights());
        return dataset.withColumn(
                $(outputCol),
                udf(new Vectorize(text, index, weights), SQLDataTypes.VectorType())
                        .apply(named(text.column()))
                        .as($(outputCol), new AttributeGroup($(outputCol), size()).toMetadata()));
    }

    @Override
    public StructType transformSchema(StructType schema) {
        return Features.append(schema, $(outputCol));
    }

    @Override
    public TextVectorizerModel copy(ParamMap extra) {
        return copyValues(new TextVectorizerModel(uid, state), extra).setParent(parent());
    }

    @Override
    public MLWriter write() {
        return StageFiles.writer(this, NGramWeights.SCHEMA, state.toRows());
    }

    public static MLReader<TextVectorizerModel> read() {
        return StageFiles.reader(
                TextVectorizerModel.class,
                NGramWeights.SCHEMA,
                (uid, rows) -> new TextVectorizerModel(uid, NGramWeights.fromRows(rows)));
    }

    private static final class Vectorize implements UDF1<@Nullable String, Vector> {

        private static final long serialVersionUID = 1L;

        private final FeatureSpec.Text spec;
        private final Broadcast<NGramIndex> index;
        private final Broadcast<double[]> weights;

        Vectorize(FeatureSpec.Text spec, Broadcast<NGramIndex> index, Broadcast<double[]> weights) {
            this.spec = spec;
            this.index = index;
            this.weights = weights;
        }

        @Override
        public Vector call(@Nullable String text) {
            Occurrences occurrences = new Occurrences(index.value());
            Occurrences ofWords =
                    spec.norm() == FeatureSpec.Norm.PER_BLOCK ? new Occurrences(index.value()) : occurrences;
            if (text != null) {
                NGrams.visit(
                        spec,
                        text,
                        (kind, codePoints, from, to, hash) ->
                                (kind == NGrams.WORD ? ofWords : occurrences).visit(kind, codePoints, from, to, hash));
            }
            SparseVector vector = occurrences.toVector(spec, weights.value());
            return ofWords == occurrences ? vector : sum(ofWords.toVector(spec, weights.value()), vector);
        }

        private static Vector sum(SparseVector first, SparseVector second) {
            int[] indices = new int[first.indices().length + second.indices().length];
            double[] values = new double[indices.length];
            int size = 0;
            int i = 0;
            int j = 0;
            while (i < first.indices().length || j < second.indices().length) {
                int ofFirst = i < first.indices().length ? first.indices()[i] : Integer.MAX_VALUE;
                int ofSecond = j < second.indices().length ? second.indices()[j] : Integer.MAX_VALUE;
                indices[size] = Math.min(ofFirst, ofSecond);
                values[size] = (ofFirst <= ofSecond ? first.values()[i++] : 0)
                        + (ofSecond <= ofFirst ? second.values()[j++] : 0);
                size++;
            }
            return Vectors.sparse(first.size(), Arrays.copyOf(indices, size), Arrays.copyOf(values, size));
        }
    }

    /** The features in one text, once for each occurrence. */
    private static final class Occurrences implements NGrams.Visitor {

        private final NGramIndex index;
        private int[] features = new int[128];
        private int size;

        Occurrences(NGramIndex index) {
            this.index = index;
        }

        @Override
        public void visit(int kind, int[] codePoints, int from, int to, int hash) {
            int feature = index.indexOf(kind, codePoints, from, to, hash);
            if (feature >= 0) {
                if (size == features.length) {
                    features = Arrays.copyOf(features, size * 2);
                }
                features[size++] = feature;
            }
        }

        SparseVector toVector(FeatureSpec.Text spec, double[] weights) {
            Arrays.sort(features, 0, size);
            double[] values = new double[size];
            double squares = 0;
            int distinct = 0;
            for (int i = 0, next; i < size; i = next) {
                int feature = features[i];
                next = i + 1;
                while (next < size && features[next] == feature) {
                    next++;
                }
                int count = next - i;
                double value = (spec.sublinear() && count > 1 ? 1 + StrictMath.log(count) : count) * weights[feature];
                features[distinct] = feature;
                values[distinct++] = value;
                squares += value * value;
            }
            if (spec.l2() && squares > 0) {
                double length = Math.sqrt(squares);
                for (int i = 0; i < distinct; i++) {
                    values[i] /= length;
                }
            }
            return new SparseVector(weights.length, Arrays.copyOf(features, distinct), Arrays.copyOf(values, distinct));
        }
    }
}
