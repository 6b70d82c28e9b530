/** The trainer that looks at no feature: the floor of every evaluation. */
@NullMarked
package io.pigeonhole.jobs.trainers.prior;

import org.jspecify.annotations.NullMarked;
