package io.pigeonhole.transforms;

import java.util.Set;
import org.apache.spark.ml.Transformer;

/** A stage whose files contain examples of train, each with its id. */
public interface HoldsExamples {

    /** Those of some example ids that it contains. */
    Set<String> held(Set<String> ids);

    /** The same stage without some examples. */
    Transformer withoutExamples(Set<String> ids);
}
