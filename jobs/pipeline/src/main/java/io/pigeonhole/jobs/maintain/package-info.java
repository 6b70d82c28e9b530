/** The job that keeps the tables' files few: small ones put together, and those that nothing needs removed. */
@NullMarked
package io.pigeonhole.jobs.maintain;

import org.jspecify.annotations.NullMarked;
