package io.pigeonhole.jobs.runs;

/** One arrow of the pipeline, on one subject. Its {@link #run} may be repeated at any time, with the same outcome. */
public interface Job {

    /** Name of the job, such as extract or train. */
    String name();

    /** Model that the job works on; empty if it works on none. */
    String subject();

    /** The identity that a run would have now, computed without doing the work. */
    Identity identity(Session session);

    /**
     * The identity that a past run would have if it were repeated on the store as it was. It has the past run's inputs
     * if the job can still read exactly these, even though newer data exist.
     */
    default Identity identityAgain(Session session, Run past) {
        return identity(session);
    }

    /**
     * The data that the run would read and write, and the resources that it needs, computed without doing the work and
     * without a query over rows. By default, {@link Plan#SMALL}.
     *
     * @param forecast the expected sizes of tables when the job begins; the job may add figures for later jobs
     */
    default Plan plan(Session session, Forecast forecast) {
        return Plan.SMALL;
    }

    /** Whether the work needs a Spark session, which starts before it. */
    default boolean usesSpark() {
        return true;
    }

    /** Does the work and writes the tables. */
    Outcome run(Session session, Run run);
}
