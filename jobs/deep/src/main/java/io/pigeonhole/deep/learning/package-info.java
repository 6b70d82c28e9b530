/** How a network learns: local steps of tasks, rounds whose updates are averaged, validation, and checkpoints. */
@NullMarked
package io.pigeonhole.deep.learning;

import org.jspecify.annotations.NullMarked;
