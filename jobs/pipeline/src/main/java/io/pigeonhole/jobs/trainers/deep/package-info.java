/** The deep trainer: networks. */
@NullMarked
package io.pigeonhole.jobs.trainers.deep;

import org.jspecify.annotations.NullMarked;
