/**
 * The contract that raw rows must keep to become examples: which rows are rejected and why, which are collapsed, and
 * how many rejects are too many. Pure transforms of tables; no source is read and nothing is written here.
 */
@NullMarked
package io.pigeonhole.transforms.cleaning;

import org.jspecify.annotations.NullMarked;
