/** The trainer that uses no features: the lower bound for every evaluation. */
@NullMarked
package io.pigeonhole.jobs.trainers.prior;

import org.jspecify.annotations.NullMarked;
