package io.pigeonhole.embedding;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import io.pigeonhole.transforms.features.FeatureSpec.EmbeddingDevice;
import io.pigeonhole.transforms.features.FeatureSpec.Pooling;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * An open session of ONNX Runtime. It computes with the thread that calls it alone, so that the sums of an operator have
 * one order on any number of cores.
 */
final class OnnxModel {

    private static final String HIDDEN_STATES = "last_hidden_state";

    private final String location;
    private final OrtEnvironment environment;
    private final OrtSession session;
    private final String output;
    private final Pooling pooling;
    private final boolean normalize;

    private OnnxModel(EncoderSpec spec, OrtEnvironment environment, OrtSession session) {
        this.location = spec.model().location();
        this.environment = environment;
        this.session = session;
        this.output = output(spec, session.getOutputNames());
        this.pooling = spec.pooling();
        this.normalize = spec.normalize();
    }

    static OnnxModel open(EncoderSpec spec, byte[] model) {
        try {
            OrtEnvironment environment = OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
            try (OrtSession.SessionOptions options = options(spec.device())) {
                return new OnnxModel(spec, environment, environment.createSession(model, options));
            }
        } catch (OrtException e) {
            throw EmbeddingErrors.notOnnx(spec.model().location(), String.valueOf(e.getMessage()));
        }
    }

    private static OrtSession.SessionOptions options(EmbeddingDevice device) throws OrtException {
        OrtSession.SessionOptions options = new OrtSession.SessionOptions();
        options.setIntraOpNumThreads(1);
        options.setInterOpNumThreads(1);
        options.setExecutionMode(OrtSession.SessionOptions.ExecutionMode.SEQUENTIAL);
        options.setDeterministicCompute(true);
        // made for inputs of one length; texts have many
        options.setMemoryPatternOptimization(false);
        if (device == EmbeddingDevice.GPU) {
            try {
                options.addCUDA();
            } catch (OrtException e) {
                options.close();
                throw EmbeddingErrors.noGpu(String.valueOf(e.getMessage()));
            }
        }
        return options;
    }

    private static String output(EncoderSpec spec, Set<String> names) {
        String chosen = spec.output()
                .orElseGet(() -> names.size() == 1 ? names.iterator().next() : HIDDEN_STATES);
        if (!names.contains(chosen)) {
            throw EmbeddingErrors.noOutput(spec.model().location(), names);
        }
        return chosen;
    }

    String location() {
        return location;
    }

    OrtEnvironment environment() {
        return environment;
    }

    /** The inputs with their shapes; a length that varies is negative. */
    Map<String, long[]> inputs() {
        try {
            Map<String, long[]> inputs = new HashMap<>();
            for (Map.Entry<String, NodeInfo> input : session.getInputInfo().entrySet()) {
                inputs.put(
                        input.getKey(),
                        input.getValue().getInfo() instanceof TensorInfo tensor ? tensor.getShape() : new long[0]);
            }
            return inputs;
        } catch (OrtException e) {
            throw EmbeddingErrors.notOnnx(location, String.valueOf(e.getMessage()));
        }
    }

    /** The vector of one text or image. */
    float[] vector(Map<String, OnnxTensor> inputs) {
        try (OrtSession.Result result = session.run(inputs, Set.of(output))) {
            if (!(result.get(0) instanceof OnnxTensor tensor) || tensor.getFloatBuffer() == null) {
                throw EmbeddingErrors.otherShape(
                        location, result.get(0).getInfo().toString(), code());
            }
            float[] numbers = new float[tensor.getFloatBuffer().remaining()];
            tensor.getFloatBuffer().get(numbers);
            float[] vector = pooled(numbers, tensor.getInfo().getShape());
            if (normalize) {
                Encoder.normalize(vector);
            }
            requireFinite(vector);
            return vector;
        } catch (OrtException e) {
            throw EmbeddingErrors.notOnnx(location, String.valueOf(e.getMessage()));
        }
    }

    private void requireFinite(float[] vector) {
        for (float value : vector) {
            if (!Float.isFinite(value)) {
                throw EmbeddingErrors.notFinite(location);
            }
        }
    }

    private String code() {
        return pooling.name().toLowerCase(Locale.ROOT);
    }

    private float[] pooled(float[] numbers, long[] shape) {
        boolean byToken = shape.length == 3 && shape[0] == 1 && shape[1] > 0;
        boolean single = numbers.length > 0 && shape[shape.length - 1] == numbers.length;
        if (byToken && pooling != Pooling.NONE) {
            int size = Math.toIntExact(shape[2]);
            return pooling == Pooling.CLS ? Arrays.copyOf(numbers, size) : mean(numbers, size);
        }
        // such as 1 x d, or 1 x d x 1 x 1 behind a global pooling of images
        boolean trailing = shape.length > 1 && shape[0] == 1 && shape[1] == numbers.length;
        if ((single || trailing) && (pooling == Pooling.NONE || pooling == Pooling.AUTO)) {
            return numbers;
        }
        throw EmbeddingErrors.otherShape(location, Arrays.toString(shape), code());
    }

    /** The mean of all tokens, those that mark beginning and end included, as in sentence-transformers. */
    private static float[] mean(float[] numbers, int size) {
        int tokens = numbers.length / size;
        float[] mean = new float[size];
        for (int i = 0; i < size; i++) {
            double sum = 0;
            for (int token = 0; token < tokens; token++) {
                sum += numbers[token * size + i];
            }
            mean[i] = (float) (sum / tokens);
        }
        return mean;
    }
}
