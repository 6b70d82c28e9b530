/** Text files as records: what a file's first bytes say about it, and where its records of CSV or JSON end. */
@NullMarked
package io.pigeonhole.transforms.records;

import org.jspecify.annotations.NullMarked;
