/**
 * Deep models as Spark ML estimator and model: Deeplearning4j networks, trained by local steps in parallel whose outcomes
 * are averaged now and then. Nothing here knows a table, the configuration or the environment.
 */
@NullMarked
package io.pigeonhole.deep;

import org.jspecify.annotations.NullMarked;
