/**
 * Deep models as Spark ML estimator and model: Deeplearning4j networks, trained by local steps in parallel whose updates
 * are averaged from time to time. Tables, configuration and environment do not belong here.
 */
@NullMarked
package io.pigeonhole.deep;

import org.jspecify.annotations.NullMarked;
