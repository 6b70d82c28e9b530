/**
 * The tables: what columns, comments and constraints each has, and the few ways in which a job may write them. Every
 * write is one Delta commit that can be repeated without changing the outcome.
 */
@NullMarked
package io.pigeonhole.jobs.store;

import org.jspecify.annotations.NullMarked;
