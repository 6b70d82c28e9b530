package io.pigeonhole.transforms;

import static org.apache.spark.sql.functions.rand;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every stage of ours keeps: extend it, and give a stage and rows to fit it on. */
public abstract class StageContractTest extends SparkTest {

    /** The stage, with its parameters set. */
    protected abstract PipelineStage stage();

    /** Rows that the stage can be fitted on and transform. */
    protected abstract Dataset<Row> rows();

    @Test
    void aCopyGivesTheSameOutput() {
        PipelineModel model = fit(stage());
        assertThat(output(fit(stage().copy(ParamMap.empty())))).isEqualTo(output(model));
        assertThat(output(model.copy(ParamMap.empty()))).isEqualTo(output(model));
        assertThat(model.stages()[0].copy(ParamMap.empty()).uid()).isEqualTo(model.stages()[0].uid());
    }

    @Test
    void aModelSavedAndLoadedInAPipelineGivesTheSameOutput(@TempDir Path folder) throws IOException {
        PipelineModel model = fit(stage());
        String path = folder.resolve("model").toString();
        model.write().overwrite().save(path);
        PipelineModel loaded = PipelineModel.load(path);
        assertThat(output(loaded)).isEqualTo(output(model));
        assertThat(loaded.stages()[0].uid()).isEqualTo(model.stages()[0].uid());
    }

    @Test
    void anUnfittedStageSavedAndLoadedInAPipelineGivesTheSameOutput(@TempDir Path folder) throws IOException {
        String path = folder.resolve("pipeline").toString();
        new Pipeline()
                .setStages(new PipelineStage[] {stage()})
                .write()
                .overwrite()
                .save(path);
        assertThat(output(Pipeline.load(path).fit(rows()))).isEqualTo(output(fit(stage())));
    }

    @Test
    void theSchemaIsForetold() {
        PipelineModel model = fit(stage());
        StructType schema = model.transform(rows()).schema();
        assertThat(model.transformSchema(rows().schema()).fieldNames()).isEqualTo(schema.fieldNames());
        assertThat(stage().transformSchema(rows().schema()).fieldNames()).isEqualTo(schema.fieldNames());
    }

    /** A model that scores one partition after fitting on another number of them gives the same bits. */
    @Test
    void partitioningAndOrderDoNotChangeTheFit() {
        List<String> expected = output(fit(stage()));
        for (int partitions : new int[] {1, 2, 7}) {
            Dataset<Row> shuffled = rows().orderBy(rand(partitions)).repartition(partitions);
            assertThat(output(new Pipeline()
                            .setStages(new PipelineStage[] {stage()})
                            .fit(shuffled)))
                    .isEqualTo(expected);
        }
    }

    private PipelineModel fit(PipelineStage stage) {
        return new Pipeline().setStages(new PipelineStage[] {stage}).fit(rows());
    }

    private List<String> output(Transformer model) {
        return model.transform(rows()).collectAsList().stream()
                .map(Row::toString)
                .toList();
    }
}
