package io.pigeonhole.benchmarks.embedding;

import io.pigeonhole.benchmarks.Measurement.Report;
import io.pigeonhole.benchmarks.Work;
import io.pigeonhole.benchmarks.Workplace;
import io.pigeonhole.embedding.BuiltIn;
import io.pigeonhole.embedding.Embedder;
import io.pigeonhole.embedding.EncoderSpec;
import io.pigeonhole.transforms.features.FeatureSpec;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;

/** The stage of a pipeline, in two tasks of Spark. */
final class StagePace implements Work {

    private static final int TASKS = 2;
    private static final int WARM_UP = 1_000;

    @Override
    public Report run(Workplace place, String setting) throws Exception {
        List<String> texts = ClincTexts.read();
        SparkSession spark = place.spark();
        Dataset<Row> rows = spark.createDataset(texts, Encoders.STRING())
                .toDF("text")
                .repartition(TASKS)
                .persist(StorageLevel.MEMORY_ONLY());
        rows.count();
        embed(rows.limit(WARM_UP));
        long processor = RuntimePace.processorTime();
        double seconds = Workplace.seconds(() -> embed(rows));
        double used = (RuntimePace.processorTime() - processor) / 1e9;
        return new Report(
                "this project",
                seconds,
                Workplace.peakMemoryMiB(),
                Map.of("texts/s", texts.size() / seconds, EmbeddingBenchmarks.PACE, texts.size() / used),
                "");
    }

    private static void embed(Dataset<Row> rows) {
        FeatureSpec.Embedding feature = new FeatureSpec.Embedding(
                "text",
                FeatureSpec.Method.FULL,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                FeatureSpec.Pooling.AUTO,
                true,
                512,
                Optional.empty(),
                1,
                FeatureSpec.EmbeddingDevice.CPU);
        Embedder stage = Embedder.of("text", EncoderSpec.of(feature, BuiltIn.MODEL, Optional.of(BuiltIn.TOKENIZER)), 1);
        stage.transform(rows).write().format("noop").mode("overwrite").save();
    }
}
