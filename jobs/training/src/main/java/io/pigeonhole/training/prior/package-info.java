/**
 * A classifier that looks at no feature: it predicts from the shares of the classes alone, as scikit-learn's DummyClassifier
 * does. Any model must be better than it.
 */
@NullMarked
package io.pigeonhole.training.prior;

import org.jspecify.annotations.NullMarked;
