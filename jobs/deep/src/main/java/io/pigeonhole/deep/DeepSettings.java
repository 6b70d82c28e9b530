package io.pigeonhole.deep;

import io.pigeonhole.deep.devices.Device;
import io.pigeonhole.deep.learning.CheckpointSettings;
import io.pigeonhole.deep.learning.ClassWeights;
import io.pigeonhole.deep.learning.LearningOptions;
import io.pigeonhole.deep.learning.Stopping;
import io.pigeonhole.deep.network.NetworkSpec;
import java.io.Serializable;

/**
 * How a {@link DeepClassifier} trains: all its parameters but the names of columns. There are no defaults here: those of the
 * pipeline stand in its {@code reference.conf}.
 *
 * @param network what the network is made of
 * @param head {@code softmax} over all classes, or {@code hierarchical}: one at each node of the taxonomy
 * @param tasks tasks that learn side by side; the model depends on their number
 * @param learning how the tasks learn
 * @param stopping which round becomes the model, and when training stops early
 * @param classWeights factors on the weights of the rows of each class
 * @param checkpoints whether the training writes checkpoints
 * @param device what it computes on
 */
public record DeepSettings(
        NetworkSpec network,
        String head,
        int tasks,
        LearningOptions learning,
        Stopping stopping,
        ClassWeights classWeights,
        CheckpointSettings checkpoints,
        Device device)
        implements Serializable {

    public DeepSettings {
        if (tasks < 1) {
            throw new IllegalArgumentException("tasks must be at least 1, not " + tasks);
        }
    }
}
