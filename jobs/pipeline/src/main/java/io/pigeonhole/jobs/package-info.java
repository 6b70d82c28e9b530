/** What {@code spark-submit} starts. The jobs are in a package each below this one; {@link Main} is the only entry point. */
@NullMarked
package io.pigeonhole.jobs;

import org.jspecify.annotations.NullMarked;
