/**
 * More rows of rare classes and fewer of frequent ones, for training alone: repeated, left out, or made between
 * neighbours. Pure transforms of tables of feature vectors.
 */
@NullMarked
package io.pigeonhole.transforms.resampling;

import org.jspecify.annotations.NullMarked;
