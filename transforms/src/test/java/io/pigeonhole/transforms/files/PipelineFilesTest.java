package io.pigeonhole.transforms.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pigeonhole.transforms.SparkTest;
import io.pigeonhole.transforms.features.FeatureSpec;
import io.pigeonhole.transforms.features.Features;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models in Spark ML's layout: this project and Spark read what the other has written. */
class PipelineFilesTest extends SparkTest {

    @TempDir
    private Path folder = Path.of("none");

    private static Dataset<Row> rows() {
        return table(
                "text STRING, weight DOUBLE, sex STRING, caught BOOLEAN",
                RowFactory.create("red fox", 2.5, "F", true),
                RowFactory.create("red deer", null, "M", false),
                RowFactory.create(null, 4.5, null, null));
    }

    private static PipelineModel model() {
        List<FeatureSpec> specs = List.of(
                new FeatureSpec.Text("text", 1, 1, 2, 3, true, new FeatureSpec.Terms(1000), 1, true, true, true),
                new FeatureSpec.Numeric(List.of("weight"), true, true),
                new FeatureSpec.Categorical(List.of("sex", "caught"), FeatureSpec.Encoding.ONE_HOT, 0),
                new FeatureSpec.Categorical(List.of("sex"), FeatureSpec.Encoding.HASHED, 64));
        return Features.pipeline(specs, "features").fit(rows());
    }

    private static List<Row> vectors(PipelineModel model) {
        return model.transform(rows()).select("features").collectAsList();
    }

    @Test
    void sparkLoadsWhatThisProjectSaves() {
        PipelineModel model = model();
        PipelineFiles.save(model, folder.resolve("model").toString(), spark);
        PipelineModel loaded = PipelineModel.load(folder.resolve("model").toString());
        assertThat(loaded.uid()).isEqualTo(model.uid());
        assertThat(vectors(loaded)).isEqualTo(vectors(model));
    }

    @Test
    void thisProjectLoadsWhatSparkSaves() throws IOException {
        PipelineModel model = model();
        model.write().save(folder.resolve("model").toString());
        assertThat(vectors(PipelineFiles.load(folder.resolve("model").toString(), spark)))
                .isEqualTo(vectors(model));
    }

    @Test
    void savingAgainReplacesTheModel() {
        PipelineModel model = model();
        String path = folder.resolve("model").toString();
        PipelineFiles.save(model, path, spark);
        PipelineFiles.save(new PipelineModel("less", List.of(model.stages()[0])), path, spark);
        PipelineModel loaded = PipelineFiles.load(path, spark);
        assertThat(loaded.uid()).isEqualTo("less");
        assertThat(loaded.stages()).hasSize(1);
        assertThat(folder.resolve("model/stages")).isDirectoryNotContaining("glob:**[1-9]_*");
    }

    @Test
    void neitherSavingNorLoadingStartsASparkJob() throws TimeoutException {
        PipelineModel model = model();
        AtomicInteger jobs = new AtomicInteger();
        SparkListener listener = new SparkListener() {
            @Override
            public void onJobStart(SparkListenerJobStart start) {
                jobs.incrementAndGet();
            }
        };
        spark.sparkContext().listenerBus().waitUntilEmpty(60_000);
        spark.sparkContext().addSparkListener(listener);
        try {
            PipelineFiles.save(model, folder.resolve("model").toString(), spark);
            PipelineFiles.load(folder.resolve("model").toString(), spark);
            spark.sparkContext().listenerBus().waitUntilEmpty(60_000);
        } finally {
            spark.sparkContext().removeSparkListener(listener);
        }
        assertThat(jobs).hasValue(0);
    }

    @Test
    void aFolderThatIsNoModelIsNamed() {
        assertThatThrownBy(() -> PipelineFiles.load(folder.resolve("nothing").toString(), spark))
                .hasMessageContaining("nothing/metadata");
    }
}
