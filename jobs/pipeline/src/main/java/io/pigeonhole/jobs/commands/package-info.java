/**
 * The command line: what the user types, sees and gets as an exit code. Commands only choose jobs, print what came of
 * them, and start and stop the Spark session.
 */
@NullMarked
package io.pigeonhole.jobs.commands;

import org.jspecify.annotations.NullMarked;
