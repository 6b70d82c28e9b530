/**
 * Which examples train, which validate and which test: dealt exactly within each class, never changed, and verified.
 * Pure transforms of tables; the caller knows where the tables lie.
 */
@NullMarked
package io.pigeonhole.transforms.split;

import org.jspecify.annotations.NullMarked;
