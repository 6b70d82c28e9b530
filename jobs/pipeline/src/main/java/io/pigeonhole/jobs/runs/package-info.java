/**
 * Runs: their ids (hashes of configuration, code and inputs), the rule for skipping one, and their rows in the table
 * {@code runs}.
 */
@NullMarked
package io.pigeonhole.jobs.runs;

import org.jspecify.annotations.NullMarked;
