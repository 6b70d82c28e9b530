/**
 * The configuration: HOCON files read strictly into records. Every default stands, with a comment, in {@code
 * reference.conf}; no other package reads a configuration file or the environment for one.
 */
@NullMarked
package io.pigeonhole.jobs.configuration;

import org.jspecify.annotations.NullMarked;
