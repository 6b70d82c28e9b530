package io.pigeonhole.jobs.trainers.nearest;

import io.pigeonhole.jobs.configuration.PipelineConfig;
import io.pigeonhole.jobs.configuration.Settings;
import io.pigeonhole.jobs.configuration.TrainerConfig;
import io.pigeonhole.jobs.models.ModelRegistry;
import io.pigeonhole.jobs.models.TrainedModel;
import io.pigeonhole.jobs.runs.Outcome;
import io.pigeonhole.jobs.runs.Plan;
import io.pigeonhole.jobs.runs.Session;
import io.pigeonhole.jobs.trainers.JudgedSettings;
import io.pigeonhole.jobs.trainers.Recipe;
import io.pigeonhole.jobs.trainers.Training;
import io.pigeonhole.jobs.trainers.TrainingSize;
import java.util.List;
import java.util.Optional;

/**
 * Keeps training rows or centroids, or adds classes to a version that did.
 *
 * @param model name of the model
 * @param trainer settings of the trainer
 */
public record NearestRecipe(String model, TrainerConfig.Nearest trainer) implements Recipe {

    @Override
    public Settings settings(PipelineConfig config) {
        if (trainer.addsToVersion().isPresent()) {
            // the version brings its settings along
            return Settings.none();
        }
        return NearestSettings.of(trainer).size() > 1 ? JudgedSettings.judging(config) : Settings.none();
    }

    @Override
    public Optional<TrainedModel> start(Session session) {
        return trainer.addsToLatest()
                ? AddedClasses.latest(session, model)
                : trainer.addsToVersion().map(version -> ModelRegistry.find(session, model, Optional.of(version)));
    }

    @Override
    public List<Plan.Need> needs(TrainingSize size) {
        return NearestMemory.need(trainer, size).stream().toList();
    }

    @Override
    public Outcome train(Training training) {
        return start(training.session())
                .map(version -> new AddedClasses(training, version, trainer.addedBalance()).run(trainer.addsToLatest()))
                .orElseGet(() -> new NearestTraining(training, trainer).run());
    }
}
