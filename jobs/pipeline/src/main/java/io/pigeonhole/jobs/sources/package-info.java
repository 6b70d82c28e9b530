/**
 * Sources of examples: data that Spark reads, images in IDX files, and the JDK's locale data. Sources map columns and
 * report their inputs. They check no rows: the extract job handles rows that break the contract.
 */
@NullMarked
package io.pigeonhole.jobs.sources;

import org.jspecify.annotations.NullMarked;
