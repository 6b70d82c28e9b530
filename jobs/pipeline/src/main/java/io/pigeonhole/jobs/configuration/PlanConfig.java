package io.pigeonhole.jobs.configuration;

/**
 * What becomes of jobs for which there is not enough memory or disk.
 *
 * @param refuse whether they end before they begin, with exit code 2; else there is a warning
 */
public record PlanConfig(boolean refuse) {}
