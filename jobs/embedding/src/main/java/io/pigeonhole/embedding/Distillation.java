package io.pigeonhole.embedding;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;

/**
 * The table of a static embedding, distilled from a model (Model2Vec, Tulkens and van Dongen 2024): the model runs on each
 * token of its vocabulary, between those that mark beginning and end; the vectors are reduced to their principal components
 * and weighted by {@code a / (a + p)} (Arora et al. 2017), where p is the token's probability by Zipf's law, since the
 * vocabulary is in the order of frequency.
 */
public final class Distillation {

    /** Numbers of a vector, at most. */
    public static final int DIMENSION = 256;

    private static final double A = 1e-4;

    /** Tokens of a task. */
    private static final int TOKENS_OF_A_TASK = 500;

    private Distillation() {}

    /**
     * The file of the table of a model of texts. The model runs in tasks of Spark.
     *
     * @param spec the model; what it gives is not scaled to length one here
     */
    public static byte[] table(EncoderSpec spec, SparkSession spark) {
        Configuration hadoop = spark.sparkContext().hadoopConfiguration();
        WordPiece tokenizer = Encoders.tokenizer(spec, hadoop);
        List<Integer> ids = plain(tokenizer);
        JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
        List<float[]> vectors = context.parallelize(
                        ids, Math.max(1, (ids.size() + TOKENS_OF_A_TASK - 1) / TOKENS_OF_A_TASK))
                .map(new Encode(
                        spec.unscaled().json(),
                        tokenizer.marks(),
                        SerializableConfiguration.broadcast(spark.sparkContext(), hadoop)))
                .collect();
        return reduced(ids, vectors.toArray(float[][]::new), tokenizer.size()).bytes();
    }

    /** Tokens with a meaning, in order. */
    private static List<Integer> plain(WordPiece tokenizer) {
        int[] special = tokenizer.specialIds();
        return IntStream.range(0, tokenizer.size())
                .filter(id -> Arrays.binarySearch(special, id) < 0)
                .boxed()
                .toList();
    }

    /** The weighted principal components of the tokens' vectors; tokens without a vector have zeros. */
    static StaticTable reduced(List<Integer> ids, float[][] vectors, int tokens) {
        PrincipalComponents components = PrincipalComponents.of(vectors, DIMENSION);
        double harmonic =
                IntStream.range(0, ids.size()).mapToDouble(i -> 1.0 / (i + 1)).sum();
        List<float[]> rows = new ArrayList<>();
        for (int i = 0; i < vectors.length; i++) {
            double probability = 1 / (harmonic * (i + 1));
            double[] projected = components.project(vectors[i]);
            float[] row = new float[projected.length];
            for (int j = 0; j < row.length; j++) {
                row[j] = (float) (A / (A + probability) * projected[j]);
            }
            rows.add(row);
        }
        int size = rows.get(0).length;
        float[] values = new float[tokens * size];
        for (int i = 0; i < rows.size(); i++) {
            System.arraycopy(rows.get(i), 0, values, ids.get(i) * size, size);
        }
        return new StaticTable(size, values);
    }

    private static final class Encode implements Function<Integer, float[]> {

        private static final long serialVersionUID = 1L;

        private final String encoder;
        private final int[] marks;
        private final Broadcast<SerializableConfiguration> hadoop;

        Encode(String encoder, int[] marks, Broadcast<SerializableConfiguration> hadoop) {
            this.encoder = encoder;
            this.marks = marks;
            this.hadoop = hadoop;
        }

        @Override
        public float[] call(Integer token) {
            Encoder model =
                    Encoders.of(EncoderSpec.parse(encoder), hadoop.value().value());
            return ((TextEncoder) model).encode(new int[] {marks[0], token, marks[1]});
        }
    }
}
