package io.pigeonhole.jobs.trainers.cascade;

import io.pigeonhole.jobs.configuration.PipelineConfig;
import io.pigeonhole.jobs.configuration.Settings;
import io.pigeonhole.jobs.configuration.TrainerConfig;
import io.pigeonhole.jobs.models.ModelRegistry;
import io.pigeonhole.jobs.models.TrainedModel;
import io.pigeonhole.jobs.runs.Outcome;
import io.pigeonhole.jobs.runs.Plan;
import io.pigeonhole.jobs.runs.Session;
import io.pigeonhole.jobs.trainers.Recipe;
import io.pigeonhole.jobs.trainers.Training;
import io.pigeonhole.jobs.trainers.TrainingSize;
import java.util.List;
import java.util.Optional;

/**
 * Fits the rule of a cascade over two trained models.
 *
 * @param trainer settings of the trainer
 */
public record CascadeRecipe(TrainerConfig.Cascade trainer) implements Recipe {

    @Override
    public Settings settings(PipelineConfig config) {
        return config.settings("stratify.group_column");
    }

    @Override
    public List<TrainedModel> needed(Session session) {
        return List.of(
                version(session, trainer.first(), trainer.firstVersion()),
                version(session, trainer.second(), trainer.secondVersion()));
    }

    /** Models are calibrated after all trainings, so that by default a version without calibration is taken. */
    private static TrainedModel version(Session session, String model, Optional<Integer> version) {
        return version.isPresent()
                ? ModelRegistry.find(session, model, version)
                : ModelRegistry.latestTrained(session, model);
    }

    /** It holds counts only; the models are as large as where they score. */
    @Override
    public List<Plan.Need> needs(TrainingSize size) {
        return List.of();
    }

    @Override
    public Outcome train(Training training) {
        List<TrainedModel> members = needed(training.session());
        return new CascadeTraining(training, trainer, members.get(0), members.get(1)).run();
    }
}
