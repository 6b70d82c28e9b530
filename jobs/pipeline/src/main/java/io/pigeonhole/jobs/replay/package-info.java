/** A past run done again beside the store, from the table versions that it read, and compared with what it wrote. */
@NullMarked
package io.pigeonhole.jobs.replay;

import org.jspecify.annotations.NullMarked;
