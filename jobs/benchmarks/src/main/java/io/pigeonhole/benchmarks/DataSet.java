package io.pigeonhole.benchmarks;

/**
 * Data that stand outside the project.
 *
 * @param variable the environment variable that says in which folder they lie
 * @param what they are, and where they come from
 */
public record DataSet(String variable, String what) {}
