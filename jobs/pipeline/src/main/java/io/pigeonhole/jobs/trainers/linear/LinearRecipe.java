package io.pigeonhole.jobs.trainers.linear;

import io.pigeonhole.jobs.configuration.LinearConfig;
import io.pigeonhole.jobs.configuration.PipelineConfig;
import io.pigeonhole.jobs.configuration.Settings;
import io.pigeonhole.jobs.configuration.TrainerConfig;
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
 * Trains a linear model.
 *
 * @param model name of the model
 * @param trainer trainer of the model
 */
public record LinearRecipe(String model, TrainerConfig.Linear trainer) implements Recipe {

    @Override
    public Settings settings(PipelineConfig config) {
        LinearConfig linear = trainer.linear();
        Settings settings = Settings.none();
        if (linear.isSearched()) {
            settings = settings.and(JudgedSettings.judging(config));
        }
        if (linear.selection().outOfFold()) {
            settings = settings.and(config.settings("score"));
        }
        return trainer instanceof TrainerConfig.LabelTree ? settings.and(config.settings("seed")) : settings;
    }

    @Override
    public Optional<TrainedModel> start(Session session) {
        return WarmStarts.version(session, model, trainer.linear());
    }

    @Override
    public List<Plan.Need> needs(TrainingSize size) {
        return LinearMemory.needs(trainer, size);
    }

    @Override
    public Outcome train(Training training) {
        return new LinearTraining(training, trainer).run();
    }
}
