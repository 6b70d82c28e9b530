/**
 * What every other module stands on: the words shared by all (taxonomy, errors a user can cause) and the transforms of
 * data into data. No input or output, no configuration, no models live below this package.
 */
@NullMarked
package io.pigeonhole.transforms;

import org.jspecify.annotations.NullMarked;
