/** The jobs {@code promote} and {@code rollback}: each changes which model version is champion, in one commit. */
@NullMarked
package io.pigeonhole.jobs.promote;

import org.jspecify.annotations.NullMarked;
