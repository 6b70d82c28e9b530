package io.pigeonhole.jobs.trainers.nearest;

import io.pigeonhole.jobs.configuration.TrainerConfig;
import io.pigeonhole.jobs.runs.Plan;
import io.pigeonhole.jobs.trainers.TrainingSize;
import io.pigeonhole.training.nearest.NearestMethod;
import io.pigeonhole.training.nearest.VectorMemory;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The memory that a training needs. Rows are kept in shards, and one of them must fit beside its copy; those that do not fit
 * go to disk. A covariance must fit for all settings. The number of features is that of the model's last training, or the
 * largest that the configuration allows; then the need is an upper estimate.
 */
final class NearestMemory {

    private NearestMemory() {}

    static Optional<Plan.Need> need(TrainerConfig.Nearest trainer, TrainingSize size) {
        Optional<Long> last = size.lastFeatures();
        Optional<Long> features =
                Stream.of(last, size.mostFeatures()).flatMap(Optional::stream).reduce(Math::min);
        return features.map(count -> {
            long bytes = trainer.method() == NearestMethod.NEIGHBOURS
                    ? VectorMemory.ofShard(size.rows(), count)
                    : VectorMemory.ofCentroids(
                            size.classes(), count, NearestSettings.of(trainer).size());
            long usable = Runtime.getRuntime().maxMemory() * 6 / 10;
            return new Plan.Need(
                    "memory of this process",
                    bytes,
                    usable,
                    "give the driver more (spark.driver.memory), or have fewer features (" + count + ")",
                    bytes <= usable,
                    false);
        });
    }
}
