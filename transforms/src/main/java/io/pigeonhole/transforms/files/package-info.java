/** Files of models and small tables, read and written in this process: rows as Parquet, stages and pipelines in Spark ML's layout. */
@NullMarked
package io.pigeonhole.transforms.files;

import org.jspecify.annotations.NullMarked;
