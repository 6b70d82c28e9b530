/**
 * What all evaluation tables share: the columns that every table begins with, columns with their comments, constraints, and the
 * rows of the summary, which several packages write.
 */
@NullMarked
package io.pigeonhole.evaluation.tables;

import org.jspecify.annotations.NullMarked;
