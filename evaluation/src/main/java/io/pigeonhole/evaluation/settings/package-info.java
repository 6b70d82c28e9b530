/**
 * How predictions are evaluated: the settings, checked when they are made, and every error that a user can cause.
 */
@NullMarked
package io.pigeonhole.evaluation.settings;

import org.jspecify.annotations.NullMarked;
