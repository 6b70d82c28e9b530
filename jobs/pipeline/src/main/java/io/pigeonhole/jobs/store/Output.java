package io.pigeonhole.jobs.store;

/**
 * An output of a run.
 *
 * @param table name of the table
 * @param version Delta version after the write
 * @param rows rows that the run wrote or kept there
 */
public record Output(String table, long version, long rows) {}
