package io.pigeonhole.jobs.configuration;

/**
 * The treatment of jobs that need more memory or disk than is available.
 *
 * @param refuse whether they are refused with exit code 2 before they begin; otherwise a warning is logged
 */
public record PlanConfig(boolean refuse) {}
