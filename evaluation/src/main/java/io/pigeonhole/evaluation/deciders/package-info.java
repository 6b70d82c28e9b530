/** What decided the rows, where a model lets rules or several models decide: how many rows, and how often rightly. */
@NullMarked
package io.pigeonhole.evaluation.deciders;

import org.jspecify.annotations.NullMarked;
