/** The settings of an evaluation, checked when they are created, and all errors that a user can cause. */
@NullMarked
package io.pigeonhole.evaluation.settings;

import org.jspecify.annotations.NullMarked;
