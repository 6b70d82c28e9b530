/**
 * The contract that raw rows must keep to become examples: what is rejected and why, what is collapsed, and when the
 * rejected are too many. Pure transforms of tables; no source is read and nothing is written here.
 */
@NullMarked
package io.pigeonhole.transforms.cleaning;

import org.jspecify.annotations.NullMarked;
