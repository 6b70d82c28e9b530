package io.pigeonhole.jobs.runs;

/** One arrow of the pipeline, on one subject. Its {@link #run} may be repeated at any time, with the same outcome. */
public interface Job {

    /** Name of the job, such as extract or train. */
    String name();

    /** Model that the job is about; empty where it is about none. */
    String subject();

    /** What this run would depend on, found without doing the work. */
    Identity identity(Session session);

    /**
     * What a past run would depend on, were it done again in the store as it was: with the inputs that it had, where the job
     * can still get at just these although more has come.
     */
    default Identity identityAgain(Session session, Run past) {
        return identity(session);
    }

    /**
     * What the run would read, write and need, found without doing the work and without a query over rows; nothing of note
     * unless a job says otherwise.
     *
     * @param forecast the tables as they are when the job begins; also takes what later jobs can go by
     */
    default Plan plan(Session session, Forecast forecast) {
        return Plan.SMALL;
    }

    /** Does the work and writes the tables. */
    Outcome run(Session session, Run run);
}
