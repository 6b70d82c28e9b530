package io.pigeonhole.jobs.runs;

/** One arrow of the pipeline, on one subject. Its {@link #run} may be repeated at any time, with the same outcome. */
public interface Job {

    /** Name of the job, such as extract or train. */
    String name();

    /** Model that the job is about; empty where it is about none. */
    String subject();

    /** What this run would depend on, found without doing the work. */
    Identity identity(Session session);

    /** Does the work and writes the tables. */
    Outcome run(Session session, Run run);
}
