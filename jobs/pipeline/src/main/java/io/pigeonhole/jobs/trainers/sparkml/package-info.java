/** The trainers whose estimators are those of Spark ML: any by name, and trees with defaults. */
@NullMarked
package io.pigeonhole.jobs.trainers.sparkml;

import org.jspecify.annotations.NullMarked;
