/** The recipe of the trainer {@code cascade}: its rule is fitted on validation, over two model versions of the store. */
@NullMarked
package io.pigeonhole.jobs.trainers.cascade;

import org.jspecify.annotations.NullMarked;
