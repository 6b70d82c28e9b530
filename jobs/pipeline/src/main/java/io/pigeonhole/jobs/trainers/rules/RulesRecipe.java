package io.pigeonhole.jobs.trainers.rules;

import io.pigeonhole.jobs.configuration.PipelineConfig;
import io.pigeonhole.jobs.configuration.Settings;
import io.pigeonhole.jobs.configuration.TrainerConfig;
import io.pigeonhole.jobs.models.ModelRegistry;
import io.pigeonhole.jobs.models.TrainedModel;
import io.pigeonhole.jobs.runs.Input;
import io.pigeonhole.jobs.runs.Outcome;
import io.pigeonhole.jobs.runs.Plan;
import io.pigeonhole.jobs.runs.Session;
import io.pigeonhole.jobs.trainers.Recipe;
import io.pigeonhole.jobs.trainers.Training;
import io.pigeonhole.jobs.trainers.TrainingSize;
import java.util.List;

/**
 * Judges rules and puts them above a trained model.
 *
 * @param trainer settings of the trainer
 */
public record RulesRecipe(TrainerConfig.Rules trainer) implements Recipe {

    @Override
    public Settings settings(PipelineConfig config) {
        return config.settings("labels.unknown");
    }

    /** Models are calibrated after all trainings, so that by default a version without calibration is taken. */
    @Override
    public List<TrainedModel> needed(Session session) {
        return List.of(
                trainer.baseVersion().isPresent()
                        ? ModelRegistry.find(session, trainer.base(), trainer.baseVersion())
                        : ModelRegistry.latestTrained(session, trainer.base()));
    }

    @Override
    public List<Input> inputs(Session session) {
        return RuleTables.inputs(session, trainer);
    }

    /** It holds counts only; the model is as large as where it scores. */
    @Override
    public List<Plan.Need> needs(TrainingSize size) {
        return List.of();
    }

    @Override
    public Outcome train(Training training) {
        return new RulesTraining(training, trainer, needed(training.session()).get(0)).run();
    }
}
