/** The trainer that compares rows with training rows or with the centroids of classes. */
@NullMarked
package io.pigeonhole.jobs.trainers.nearest;

import org.jspecify.annotations.NullMarked;
