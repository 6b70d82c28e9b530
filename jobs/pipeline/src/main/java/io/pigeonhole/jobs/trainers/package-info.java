/**
 * The jobs see a trainer as a recipe. Each family of trainers has a package below, which holds its recipe and the code
 * of its training; this package does not depend on any family.
 */
@NullMarked
package io.pigeonhole.jobs.trainers;

import org.jspecify.annotations.NullMarked;
