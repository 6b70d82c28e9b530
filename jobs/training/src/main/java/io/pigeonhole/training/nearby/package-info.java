/**
 * One linear score for each of very many classes, each learnt from the few rows of its class and from the rows of other
 * classes that lie near to it. What lives here works on rows in this process, in arrays; it knows no Spark ML.
 */
@NullMarked
package io.pigeonhole.training.nearby;

import org.jspecify.annotations.NullMarked;
