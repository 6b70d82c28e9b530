package io.pigeonhole.jobs.train;

import io.pigeonhole.jobs.runs.Identity;
import io.pigeonhole.jobs.runs.Input;
import io.pigeonhole.transforms.features.FeatureSpec;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.spark.ml.PipelineModel;

/** The feature stages that models of one configuration share, fitted by the first training that needs them. */
public final class FittedFeatures {

    private final Map<Key, PipelineModel> fitted = new HashMap<>();

    private record Key(List<FeatureSpec> features, List<Input> inputs) {}

    /** The stages of some features, fitted on these inputs of a training; fits them if they are not fitted yet. */
    PipelineModel of(List<FeatureSpec> features, Identity training, Supplier<PipelineModel> fit) {
        return fitted.computeIfAbsent(new Key(features, training.inputs()), key -> fit.get());
    }
}
