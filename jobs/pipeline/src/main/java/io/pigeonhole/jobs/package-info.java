/** Placeholder. */
@NullMarked
package io.pigeonhole.jobs;

import org.jspecify.annotations.NullMarked;
