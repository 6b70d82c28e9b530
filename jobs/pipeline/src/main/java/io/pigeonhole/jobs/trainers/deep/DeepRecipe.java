package io.pigeonhole.jobs.trainers.deep;

import io.pigeonhole.deep.DeepMemory;
import io.pigeonhole.jobs.configuration.PipelineConfig;
import io.pigeonhole.jobs.configuration.Settings;
import io.pigeonhole.jobs.configuration.TrainerConfig;
import io.pigeonhole.jobs.runs.Outcome;
import io.pigeonhole.jobs.runs.Plan;
import io.pigeonhole.jobs.trainers.Recipe;
import io.pigeonhole.jobs.trainers.Training;
import io.pigeonhole.jobs.trainers.TrainingSize;
import java.util.List;

/**
 * Trains a network.
 *
 * @param trainer settings of the network and of its training
 */
public record DeepRecipe(TrainerConfig.Deep trainer) implements Recipe {

    @Override
    public Settings settings(PipelineConfig config) {
        return config.settings("seed");
    }

    @Override
    public List<Plan.Need> needs(TrainingSize size) {
        long counted = DeepMemory.parameters(
                trainer.deep().network(), size.lastFeatures().orElse(1L), size.classes());
        long parameters = counted > 0 ? counted : size.last("parameters").orElse(0L);
        long heap = Runtime.getRuntime().maxMemory();
        long bytes = DeepMemory.onDriver(parameters);
        return List.of(new Plan.Need(
                "memory of the driver",
                bytes,
                heap,
                "give spark.driver.memory (or -Xmx) more, or make the network smaller (" + parameters + " parameters)",
                bytes <= heap,
                true));
    }

    @Override
    public Outcome train(Training training) {
        return new DeepTraining(training, trainer).run();
    }
}
