package io.pigeonhole.jobs.train;

import io.pigeonhole.jobs.runs.Identity;
import io.pigeonhole.jobs.runs.Input;
import java.util.List;
import java.util.function.Supplier;
import org.apache.spark.ml.PipelineModel;
import org.jspecify.annotations.Nullable;

/** The feature stages that the models of one configuration share, fitted by the first training that needs them. */
public final class FittedFeatures {

    private List<Input> inputs = List.of();
    private @Nullable PipelineModel features;

    /** The stages fitted on these inputs of a training; fits them if they are not fitted yet. */
    PipelineModel on(Identity training, Supplier<PipelineModel> fit) {
        PipelineModel known = features;
        if (known == null || !inputs.equals(training.inputs())) {
            known = fit.get();
            features = known;
            inputs = training.inputs();
        }
        return known;
    }
}
