/** The job {@code forget}: takes a subject out of every table and keeps it out. */
@NullMarked
package io.pigeonhole.jobs.forget;

import org.jspecify.annotations.NullMarked;
