/**
 * The command {@code report}: it writes the tables about one model version as one HTML file that needs no network. This
 * package only reads tables and writes that file; it computes no new figures.
 */
@NullMarked
package io.pigeonhole.jobs.report;

import org.jspecify.annotations.NullMarked;
