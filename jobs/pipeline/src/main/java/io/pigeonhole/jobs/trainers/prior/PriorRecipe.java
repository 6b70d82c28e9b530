package io.pigeonhole.jobs.trainers.prior;

import io.pigeonhole.jobs.configuration.PipelineConfig;
import io.pigeonhole.jobs.configuration.Settings;
import io.pigeonhole.jobs.configuration.TrainerConfig;
import io.pigeonhole.jobs.models.ModelTables;
import io.pigeonhole.jobs.models.TrainedModel;
import io.pigeonhole.jobs.runs.Outcome;
import io.pigeonhole.jobs.runs.Plan;
import io.pigeonhole.jobs.trainers.Recipe;
import io.pigeonhole.jobs.trainers.Training;
import io.pigeonhole.jobs.trainers.TrainingSize;
import io.pigeonhole.training.prior.PriorClassifier;
import io.pigeonhole.training.prior.PriorModel;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Learns the shares of the classes in train.
 *
 * @param trainer settings of the trainer
 */
public record PriorRecipe(TrainerConfig.Prior trainer) implements Recipe {

    /** Name of the phase in {@code run_phases}. */
    private static final String COUNTING = "counting the classes";

    @Override
    public Settings settings(PipelineConfig config) {
        return Settings.none();
    }

    @Override
    public List<Plan.Need> needs(TrainingSize size) {
        return List.of();
    }

    @Override
    public Outcome train(Training training) {
        training.progress().phase(COUNTING);
        PriorClassifier classifier = new PriorClassifier(training.model());
        classifier.set(classifier.weightCol(), "weight");
        classifier.set(classifier.pathCol(), "path");
        classifier.set(classifier.strategy(), trainer.strategy().code());
        PriorModel prior = classifier.fit(training.rows());
        Map<String, Double> figures = new LinkedHashMap<>();
        figures.put("rows", (double) prior.rows());
        figures.put("classes", (double) prior.labels().size());
        figures.put("parameters", (double) prior.labels().size());
        TrainedModel version = training.register(List.of(prior), prior, figures);
        return new Outcome(
                List.of(training.session().store().output(ModelTables.MODELS, 1)),
                figures,
                String.format(
                        Locale.ROOT,
                        "version %d: %,d rows, %d classes, always '%s' with probability %.4f",
                        version.version(),
                        prior.rows(),
                        prior.labels().size(),
                        prior.prediction(),
                        prior.probabilities().apply(prior.probabilities().argmax())));
    }
}
