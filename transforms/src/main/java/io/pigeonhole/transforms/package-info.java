/**
 * The base of every other module: shared types (the taxonomy, errors that a user can cause) and transforms of data.
 * This package and those below contain no input or output, no configuration and no models.
 */
@NullMarked
package io.pigeonhole.transforms;

import org.jspecify.annotations.NullMarked;
