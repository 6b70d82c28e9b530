package io.pigeonhole.jobs.trainers.sparkml;

import io.pigeonhole.jobs.configuration.PipelineConfig;
import io.pigeonhole.jobs.configuration.Settings;
import io.pigeonhole.jobs.configuration.TrainerConfig;
import io.pigeonhole.jobs.runs.Outcome;
import io.pigeonhole.jobs.runs.Plan;
import io.pigeonhole.jobs.trainers.JudgedSettings;
import io.pigeonhole.jobs.trainers.Recipe;
import io.pigeonhole.jobs.trainers.Training;
import io.pigeonhole.jobs.trainers.TrainingSize;
import java.util.List;

/** Trains a classifier of Spark ML. */
public final class SparkMlRecipe implements Recipe {

    private final Candidates candidates;

    private SparkMlRecipe(Candidates candidates) {
        this.candidates = candidates;
    }

    public static SparkMlRecipe of(TrainerConfig.SparkMl trainer) {
        return new SparkMlRecipe(Candidates.of(trainer));
    }

    public static SparkMlRecipe of(TrainerConfig.Trees trainer) {
        return new SparkMlRecipe(Candidates.of(trainer));
    }

    @Override
    public Settings settings(PipelineConfig config) {
        // mistakes in params are reported before anything runs
        boolean isSearched = candidates.settings(config.seed()).size() > 1 || candidates.selectsOnFolds();
        Settings settings = config.settings("seed");
        if (isSearched) {
            settings = settings.and(JudgedSettings.judging(config));
        }
        // the choice of trainer = trees depends on the class path
        return settings.and("classifier", candidates.classifier());
    }

    @Override
    public List<Plan.Need> needs(TrainingSize size) {
        return ForestMemory.need(candidates, size).stream().toList();
    }

    @Override
    public Outcome train(Training training) {
        return new SparkMlTraining(training, candidates).run();
    }
}
