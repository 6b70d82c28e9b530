/**
 * What a trainer is to the jobs: a recipe. Each family of trainers has a room below, which holds its recipe and all that only
 * its training does; nothing here knows of a family.
 */
@NullMarked
package io.pigeonhole.jobs.trainers;

import org.jspecify.annotations.NullMarked;
