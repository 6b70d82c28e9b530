/** Which model version is champion, and how it came to that: the stages in the table {@code models}. */
@NullMarked
package io.pigeonhole.jobs.registry;

import org.jspecify.annotations.NullMarked;
