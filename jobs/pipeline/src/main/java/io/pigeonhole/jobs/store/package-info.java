/**
 * The tables: their columns, comments and constraints, and the few operations by which a job may write them. Every
 * write is one Delta commit, and is idempotent.
 */
@NullMarked
package io.pigeonhole.jobs.store;

import org.jspecify.annotations.NullMarked;
