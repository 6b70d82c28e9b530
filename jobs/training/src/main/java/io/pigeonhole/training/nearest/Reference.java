package io.pigeonhole.training.nearest;

import java.util.List;

/**
 * A training row that the model keeps.
 *
 * @param path of its class, from below the root of the taxonomy to the label
 */
record Reference(String id, String label, List<String> path, double weight, FeatureVector vector) {

    Reference {
        path = List.copyOf(path);
    }
}
