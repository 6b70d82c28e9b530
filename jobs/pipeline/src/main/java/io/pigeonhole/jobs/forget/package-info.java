/** The job that takes a subject out of every table and keeps it out; {@link io.pigeonhole.jobs.forget.Forgotten} is who is out. */
@NullMarked
package io.pigeonhole.jobs.forget;

import org.jspecify.annotations.NullMarked;
