/** The job {@code forget}: it deletes a subject from every table and keeps it out. */
@NullMarked
package io.pigeonhole.jobs.forget;

import org.jspecify.annotations.NullMarked;
