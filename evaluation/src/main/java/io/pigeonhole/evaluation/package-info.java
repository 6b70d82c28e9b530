/** Placeholder. */
@NullMarked
package io.pigeonhole.evaluation;

import org.jspecify.annotations.NullMarked;
