package io.pigeonhole.deep;

import io.pigeonhole.deep.devices.Device;
import io.pigeonhole.deep.learning.CheckpointSettings;
import io.pigeonhole.deep.learning.ClassWeights;
import io.pigeonhole.deep.learning.Compression;
import io.pigeonhole.deep.learning.LearningOptions;
import io.pigeonhole.deep.learning.Stopping;
import io.pigeonhole.deep.network.NetworkSpec;
import java.util.List;
import java.util.Map;

/** Settings of a small training on {@link Samples}, to be changed one by one. */
public final class TestSettings {

    private NetworkSpec network = new NetworkSpec.Mlp(List.of(12), 0.1, true);
    private String head = "softmax";
    private int epochs = 3;
    private int batchSize = 16;
    private int localSteps = 8;
    private String optimizer = "adam";
    private double learningRate = 0.02;
    private double warmUp = 0.02;
    private double labelSmoothing = 0;
    private double outerMomentum = 0.3;
    private Compression compression = Compression.NONE;
    private int patience = 0;
    private ClassWeights classWeights = new ClassWeights("none", Map.of());
    private CheckpointSettings checkpoints = CheckpointSettings.NONE;
    private Device device = Device.AUTO;

    public TestSettings network(NetworkSpec value) {
        network = value;
        return this;
    }

    public TestSettings head(String value) {
        head = value;
        return this;
    }

    public TestSettings epochs(int value) {
        epochs = value;
        return this;
    }

    public TestSettings batchSize(int value) {
        batchSize = value;
        return this;
    }

    public TestSettings localSteps(int value) {
        localSteps = value;
        return this;
    }

    public TestSettings optimizer(String value) {
        optimizer = value;
        return this;
    }

    public TestSettings learningRate(double value) {
        learningRate = value;
        return this;
    }

    public TestSettings warmUp(double value) {
        warmUp = value;
        return this;
    }

    public TestSettings labelSmoothing(double value) {
        labelSmoothing = value;
        return this;
    }

    public TestSettings outerMomentum(double value) {
        outerMomentum = value;
        return this;
    }

    public TestSettings compression(Compression value) {
        compression = value;
        return this;
    }

    public TestSettings patience(int value) {
        patience = value;
        return this;
    }

    public TestSettings classWeights(ClassWeights value) {
        classWeights = value;
        return this;
    }

    public TestSettings checkpoints(CheckpointSettings value) {
        checkpoints = value;
        return this;
    }

    public TestSettings device(Device value) {
        device = value;
        return this;
    }

    DeepSettings settings() {
        return new DeepSettings(
                network,
                head,
                2,
                new LearningOptions(
                        epochs,
                        batchSize,
                        localSteps,
                        optimizer,
                        learningRate,
                        "cosine",
                        warmUp,
                        0.9,
                        0,
                        0,
                        labelSmoothing,
                        1,
                        outerMomentum,
                        compression,
                        42),
                new Stopping("accuracy", patience),
                classWeights,
                checkpoints,
                device);
    }

    /** A classifier of these settings, which validates by the samples' column. */
    public DeepClassifier classifier() {
        DeepClassifier classifier = new DeepClassifier("deep");
        classifier.set(classifier.settings(), settings());
        classifier.set(classifier.validationCol(), "validation");
        return classifier;
    }
}
