package io.pigeonhole.embedding;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pigeonhole.transforms.features.FeatureSpec;
import io.pigeonhole.transforms.features.FeatureSpec.EmbeddingDevice;
import io.pigeonhole.transforms.features.FeatureSpec.Method;
import io.pigeonhole.transforms.features.FeatureSpec.Pixels;
import io.pigeonhole.transforms.features.FeatureSpec.Pooling;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * Everything on which the vectors of a model depend.
 *
 * @param model its file; of a static embedding, the table of its tokens
 * @param tokenizer the file of its tokenizer; empty for images
 * @param output name of its output; empty for the only one, or {@code last_hidden_state}
 * @param pooling how the vectors of tokens become one
 * @param normalize whether vectors are scaled to length one
 * @param maxTokens tokens of a text, at most
 * @param pixels size and scale of images; empty for texts
 * @param method whether the model runs on each text
 * @param device what computes the vectors
 */
public record EncoderSpec(
        ModelFile model,
        Optional<ModelFile> tokenizer,
        Optional<String> output,
        Pooling pooling,
        boolean normalize,
        int maxTokens,
        Optional<Pixels> pixels,
        Method method,
        EmbeddingDevice device) {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** The specification of a feature, with its files. */
    public static EncoderSpec of(FeatureSpec.Embedding feature, ModelFile model, Optional<ModelFile> tokenizer) {
        return new EncoderSpec(
                model,
                tokenizer,
                feature.output(),
                feature.pooling(),
                feature.normalize(),
                feature.maxTokens(),
                feature.pixels(),
                feature.method(),
                feature.device());
    }

    /** The static embedding of this model, by the table that {@link Distillation} gives. */
    public EncoderSpec byTable(ModelFile table) {
        return new EncoderSpec(table, tokenizer, output, pooling, normalize, maxTokens, pixels, Method.STATIC, device);
    }

    /** The model itself, where its static embedding is named. */
    public EncoderSpec full() {
        return new EncoderSpec(model, tokenizer, output, pooling, normalize, maxTokens, pixels, Method.FULL, device);
    }

    /** The same with its files where they are now. */
    EncoderSpec located(Path stage, Configuration hadoop) {
        return new EncoderSpec(
                model.located(stage, hadoop),
                tokenizer.map(file -> file.located(stage, hadoop)),
                output,
                pooling,
                normalize,
                maxTokens,
                pixels,
                method,
                device);
    }

    EncoderSpec unscaled() {
        return new EncoderSpec(model, tokenizer, output, pooling, false, maxTokens, pixels, method, device);
    }

    /** Hash of the files' bytes and of all settings, in hexadecimal; where the files are does not matter. */
    public String hash() {
        ObjectNode node = node();
        ((ObjectNode) node.get("model")).remove("location");
        tokenizer.ifPresent(file -> ((ObjectNode) node.get("tokenizer")).remove("location"));
        return ModelFile.sha256(node.toString().getBytes(StandardCharsets.UTF_8));
    }

    String json() {
        return node().toString();
    }

    private ObjectNode node() {
        ObjectNode node = JSON.createObjectNode();
        node.set("model", node(model));
        tokenizer.ifPresent(file -> node.set("tokenizer", node(file)));
        output.ifPresent(name -> node.put("output", name));
        node.put("pooling", pooling.name()).put("normalize", normalize).put("max_tokens", maxTokens);
        pixels.ifPresent(size -> {
            ObjectNode of = node.putObject("pixels")
                    .put("height", size.height())
                    .put("width", size.width())
                    .put("channels", size.channels());
            ArrayNode mean = of.putArray("mean");
            size.mean().forEach(mean::add);
            ArrayNode std = of.putArray("std");
            size.std().forEach(std::add);
        });
        return node.put("method", method.name()).put("device", device.name());
    }

    private static ObjectNode node(ModelFile file) {
        return JSON.createObjectNode().put("location", file.location()).put("sha256", file.sha256());
    }

    static EncoderSpec parse(String json) {
        JsonNode node = read(json);
        return new EncoderSpec(
                file(node.required("model")),
                Optional.ofNullable(node.get("tokenizer")).map(EncoderSpec::file),
                Optional.ofNullable(node.get("output")).map(JsonNode::textValue),
                Pooling.valueOf(node.required("pooling").textValue()),
                node.required("normalize").booleanValue(),
                node.required("max_tokens").intValue(),
                Optional.ofNullable(node.get("pixels"))
                        .map(size -> new Pixels(
                                size.required("height").intValue(),
                                size.required("width").intValue(),
                                size.required("channels").intValue(),
                                numbers(size.required("mean")),
                                numbers(size.required("std")))),
                Method.valueOf(node.required("method").textValue()),
                EmbeddingDevice.valueOf(node.required("device").textValue()));
    }

    private static ModelFile file(JsonNode node) {
        return new ModelFile(
                node.required("location").textValue(), node.required("sha256").textValue());
    }

    private static List<Double> numbers(JsonNode array) {
        List<Double> numbers = new ArrayList<>();
        array.forEach(number -> numbers.add(number.doubleValue()));
        return numbers;
    }

    private static JsonNode read(String json) {
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not the JSON of an encoder: " + json, e);
        }
    }
}
