/**
 * What all evaluation tables share: the key that every table begins with, columns with comments, constraints, and the
 * rows of the summary, which several packages write.
 */
@NullMarked
package io.pigeonhole.evaluation.tables;

import org.jspecify.annotations.NullMarked;
