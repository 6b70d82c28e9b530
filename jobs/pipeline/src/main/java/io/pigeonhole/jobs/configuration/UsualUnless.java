package io.pigeonhole.jobs.configuration;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks an optional component that takes its default unless one of other keys of the same record is given instead. So the
 * constructor sees whether a file gives both.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
@interface UsualUnless {

    /** The other keys. */
    String[] value();
}
