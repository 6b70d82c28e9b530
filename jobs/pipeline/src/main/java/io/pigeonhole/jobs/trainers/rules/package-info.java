/** The recipe of the trainer {@code rules}: rules are read, checked and judged on validation, above a model version of the store. */
@NullMarked
package io.pigeonhole.jobs.trainers.rules;

import org.jspecify.annotations.NullMarked;
