/**
 * Which examples train, which validate and which test: dealt exactly within each class, kept for ever, and verified.
 * Pure transforms of tables; where the tables lie is for the caller to know.
 */
@NullMarked
package io.pigeonhole.transforms.split;

import org.jspecify.annotations.NullMarked;
