/** The linear trainers: softmax, one against the rest, and class trees, given or learnt. */
@NullMarked
package io.pigeonhole.jobs.trainers.linear;

import org.jspecify.annotations.NullMarked;
