/** The job {@code discover}: it reads rows that a model version knows no class for and writes {@code proposed_classes}. */
@NullMarked
package io.pigeonhole.jobs.discover;

import org.jspecify.annotations.NullMarked;
