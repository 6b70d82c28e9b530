package io.pigeonhole.jobs.store;

/**
 * What a run wrote.
 *
 * @param table its name
 * @param version Delta version after the write
 * @param rows rows that the run wrote or kept there
 */
public record Output(String table, long version, long rows) {}
