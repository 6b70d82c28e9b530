/** Groups of similar rows that a model knows no class for: clusters, how stable they are, and their typical terms. */
@NullMarked
package io.pigeonhole.training.discovery;

import org.jspecify.annotations.NullMarked;
