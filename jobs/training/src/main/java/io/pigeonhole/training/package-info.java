/** Placeholder. */
@NullMarked
package io.pigeonhole.training;

import org.jspecify.annotations.NullMarked;
