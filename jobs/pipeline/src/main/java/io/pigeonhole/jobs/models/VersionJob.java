package io.pigeonhole.jobs.models;

import io.pigeonhole.jobs.runs.Job;
import io.pigeonhole.jobs.runs.Session;
import io.pigeonhole.transforms.PipelineException;
import java.util.Optional;

/** A job about one version of a model. */
public abstract class VersionJob implements Job {

    private final String name;
    private final String model;
    private final Optional<Integer> version;

    /**
     * A job about a version.
     *
     * @param name of the job
     * @param version version of the model; if absent, the latest trained one
     */
    protected VersionJob(String name, String model, Optional<Integer> version) {
        this.name = name;
        this.model = model;
        this.version = version;
    }

    @Override
    public final String name() {
        return name;
    }

    @Override
    public final String subject() {
        return model;
    }

    /**
     * The version that the job processes.
     *
     * @throws PipelineException (data contract) if there is no such version
     */
    protected final TrainedModel version(Session session) {
        return ModelRegistry.find(session, model, version);
    }
}
