package io.pigeonhole.jobs.trainers;

import io.pigeonhole.embedding.BuiltIn;
import io.pigeonhole.embedding.Distillation;
import io.pigeonhole.jobs.runs.Forecast;
import io.pigeonhole.jobs.runs.JobNames;
import io.pigeonhole.jobs.runs.Session;
import io.pigeonhole.transforms.features.FeatureSpec;
import java.util.Optional;

/**
 * The expected size of a training.
 *
 * @param model name of the model
 * @param rows rows of train; 0 if unknown
 * @param classes number of classes of the examples
 */
public record TrainingSize(Session session, Forecast forecast, String model, long rows, long classes) {

    /** A figure of the model's last training. */
    public Optional<Long> last(String figure) {
        return forecast.figure(JobNames.TRAIN, model, figure);
    }

    /** The number of features of the model's last training. */
    public Optional<Long> lastFeatures() {
        return last(Training.FEATURES);
    }

    /** The largest number of features that the configuration allows; empty if it sets no limit. */
    public Optional<Long> mostFeatures() {
        long sum = 0;
        for (FeatureSpec spec : session.config().features(model)) {
            if (spec instanceof FeatureSpec.Text text) {
                sum += text.vocabulary() instanceof FeatureSpec.Hashed hashed
                        ? hashed.buckets()
                        : ((FeatureSpec.Terms) text.vocabulary()).maxSize();
            } else if (spec instanceof FeatureSpec.Numeric numeric) {
                // each column has an indicator of missing values
                sum += 2L * numeric.columns().size();
            } else if (spec instanceof FeatureSpec.Categorical categorical
                    && categorical.encoding() == FeatureSpec.Encoding.HASHED) {
                sum += categorical.buckets();
            } else if (spec instanceof FeatureSpec.Embedding embedding
                    && embedding.model().isEmpty()) {
                sum += embedding.method() == FeatureSpec.Method.STATIC ? Distillation.DIMENSION : BuiltIn.DIMENSION;
            } else {
                return Optional.empty();
            }
        }
        return Optional.of(sum);
    }
}
