package io.pigeonhole.jobs.train;

import io.pigeonhole.jobs.configuration.ModelConfig;
import io.pigeonhole.jobs.configuration.TrainerConfig;
import io.pigeonhole.jobs.trainers.Recipe;
import io.pigeonhole.jobs.trainers.cascade.CascadeRecipe;
import io.pigeonhole.jobs.trainers.deep.DeepRecipe;
import io.pigeonhole.jobs.trainers.linear.LinearRecipe;
import io.pigeonhole.jobs.trainers.nearest.NearestRecipe;
import io.pigeonhole.jobs.trainers.prior.PriorRecipe;
import io.pigeonhole.jobs.trainers.rules.RulesRecipe;
import io.pigeonhole.jobs.trainers.sparkml.SparkMlRecipe;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;

/** The recipes of all families of trainers. */
final class Recipes {

    private static final List<Family<?>> FAMILIES = List.of(
            new Family<>(TrainerConfig.Linear.class, LinearRecipe::new),
            new Family<>(TrainerConfig.Deep.class, (model, trainer) -> new DeepRecipe(trainer)),
            new Family<>(TrainerConfig.Nearest.class, NearestRecipe::new),
            new Family<>(TrainerConfig.SparkMl.class, (model, trainer) -> SparkMlRecipe.of(trainer)),
            new Family<>(TrainerConfig.Trees.class, (model, trainer) -> SparkMlRecipe.of(trainer)),
            new Family<>(TrainerConfig.Prior.class, (model, trainer) -> new PriorRecipe(trainer)),
            new Family<>(TrainerConfig.Cascade.class, (model, trainer) -> new CascadeRecipe(trainer)),
            new Family<>(TrainerConfig.Rules.class, (model, trainer) -> new RulesRecipe(trainer)));

    private Recipes() {}

    /** Makes the recipe of a model from the model's name and its trainer; each family has one. */
    private record Family<T extends TrainerConfig>(Class<T> trainers, BiFunction<String, T, Recipe> recipe) {

        Optional<Recipe> of(ModelConfig model) {
            return trainers.isInstance(model.trainer())
                    ? Optional.of(recipe.apply(model.name(), trainers.cast(model.trainer())))
                    : Optional.empty();
        }
    }

    static Recipe of(ModelConfig model) {
        return FAMILIES.stream()
                .flatMap(family -> family.of(model).stream())
                .findFirst()
                .orElseThrow(() ->
                        new IllegalStateException("trainer " + model.trainer().code() + " has no recipe"));
    }
}
