package io.pigeonhole.benchmarks;

/** What a contender in Java does in its process. */
@FunctionalInterface
public interface Work {

    /**
     * Makes ready what is needed, does the work, and measures it.
     *
     * @param setting one of the contender's settings
     */
    Measurement.Report run(Workplace place, String setting) throws Exception;
}
