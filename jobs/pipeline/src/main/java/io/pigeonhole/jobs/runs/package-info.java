/**
 * Runs: what names one (a hash of its configuration, code and inputs), when one may be skipped, and the row that each
 * leaves in the table {@code runs}.
 */
@NullMarked
package io.pigeonhole.jobs.runs;

import org.jspecify.annotations.NullMarked;
