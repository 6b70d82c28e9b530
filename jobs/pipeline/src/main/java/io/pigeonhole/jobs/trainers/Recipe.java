package io.pigeonhole.jobs.trainers;

import io.pigeonhole.jobs.configuration.PipelineConfig;
import io.pigeonhole.jobs.configuration.Settings;
import io.pigeonhole.jobs.models.TrainedModel;
import io.pigeonhole.jobs.runs.Input;
import io.pigeonhole.jobs.runs.Outcome;
import io.pigeonhole.jobs.runs.Plan;
import io.pigeonhole.jobs.runs.Session;
import java.util.List;
import java.util.Optional;

/** The training of one model: everything that a job needs to know of its trainer. */
public interface Recipe {

    /** The settings, besides the model's own and those of its features, on which the trained model depends. */
    Settings settings(PipelineConfig config);

    /** The earlier model version that the training starts from. */
    default Optional<TrainedModel> start(Session session) {
        return Optional.empty();
    }

    /** The model versions that the training depends on; none of them may change without another run of the training. */
    default List<TrainedModel> needed(Session session) {
        return start(session).stream().toList();
    }

    /** What else the training reads outside the store, without reading it. */
    default List<Input> inputs(Session session) {
        return List.of();
    }

    /** The memory that the training needs, if it is known beforehand. */
    List<Plan.Need> needs(TrainingSize size);

    /** Trains the model, registers it, and writes the tables about its training. */
    Outcome train(Training training);
}
