/**
 * The command line: arguments, output and exit codes. Commands only choose jobs, print their results, and start and
 * stop the Spark session.
 */
@NullMarked
package io.pigeonhole.jobs.commands;

import org.jspecify.annotations.NullMarked;
