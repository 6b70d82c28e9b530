/**
 * The command {@code report}: the tables about one model version as one HTML file that needs no network. What lives here reads
 * tables and writes that file; every figure comes from the tables, and none is computed anew.
 */
@NullMarked
package io.pigeonhole.jobs.report;

import org.jspecify.annotations.NullMarked;
