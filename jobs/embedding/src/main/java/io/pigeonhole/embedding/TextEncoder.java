package io.pigeonhole.embedding;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import java.nio.LongBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * A model of texts with the inputs of BERT. Each text is a call of its own: a model of int8 quantises the activations of
 * a batch together, so a text's vector would depend on its neighbours.
 */
final class TextEncoder implements Encoder {

    private static final String IDS = "input_ids";
    private static final String MASK = "attention_mask";
    private static final String TYPES = "token_type_ids";

    private final OnnxModel model;
    private final WordPiece tokenizer;
    private final int maxTokens;
    private final Set<String> inputs;

    TextEncoder(OnnxModel model, WordPiece tokenizer, int maxTokens) {
        this.model = model;
        this.tokenizer = tokenizer;
        this.maxTokens = maxTokens;
        this.inputs = Set.copyOf(model.inputs().keySet());
        if (!inputs.contains(IDS) || !Set.of(IDS, MASK, TYPES).containsAll(inputs)) {
            throw EmbeddingErrors.otherInputs(model.location(), inputs, String.join(", ", IDS, MASK, TYPES));
        }
    }

    @Override
    public float[] encode(Object value) {
        return encode(tokenizer.ids((String) value, maxTokens));
    }

    @Override
    public boolean isCut(Object value) {
        return tokenizer.ids((String) value, maxTokens + 1).length > maxTokens;
    }

    float[] encode(int[] tokens) {
        long[] ids = Arrays.stream(tokens).asLongStream().toArray();
        long[] ones = new long[ids.length];
        Arrays.fill(ones, 1);
        Map<String, OnnxTensor> tensors = new HashMap<>();
        try {
            for (String input : inputs) {
                long[] numbers = switch (input) {
                    case IDS -> ids;
                    case MASK -> ones;
                    default -> new long[ids.length];
                };
                tensors.put(input, OnnxTensor.createTensor(model.environment(), LongBuffer.wrap(numbers), new long[] {
                    1, ids.length
                }));
            }
            return model.vector(tensors);
        } catch (OrtException e) {
            throw EmbeddingErrors.notOnnx(model.location(), String.valueOf(e.getMessage()));
        } finally {
            tensors.values().forEach(OnnxTensor::close);
        }
    }
}
