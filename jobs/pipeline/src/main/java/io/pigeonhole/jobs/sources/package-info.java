/**
 * Where examples come from: anything Spark reads, images in IDX files, and the locale data that the JDK
 * carries. Sources map columns and
 * say what they read; they judge no row. What to do with a row that breaks the contract is the extract job's business.
 */
@NullMarked
package io.pigeonhole.jobs.sources;

import org.jspecify.annotations.NullMarked;
