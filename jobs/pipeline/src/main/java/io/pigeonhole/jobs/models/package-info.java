/**
 * The noun model, for all jobs: the versions of a model with their rows and files, and the stage of each version. No
 * training happens here.
 */
@NullMarked
package io.pigeonhole.jobs.models;

import org.jspecify.annotations.NullMarked;
