package io.pigeonhole.training.sparkml;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.util.Identifiable;

/** A stage parameter that holds {@link SparkMlSettings} as one value. */
public final class SparkMlSettingsParam extends Param<SparkMlSettings> {

    private static final long serialVersionUID = 1L;

    private static final ObjectMapper JSON = new ObjectMapper();

    SparkMlSettingsParam(Identifiable parent) {
        super(parent, "settings", "the classifier and its parameters");
    }

    @Override
    public String jsonEncode(SparkMlSettings settings) {
        ObjectNode node = JSON.createObjectNode()
                .put("classifier", settings.classifier())
                .put("class_weight", settings.classWeight())
                .put("partitions", settings.partitions())
                .put("seed", settings.seed());
        ObjectNode params = node.putObject("params");
        settings.params().forEach((name, value) -> params.set(name, encoded(value)));
        ObjectNode weights = node.putObject("class_weights");
        settings.classWeights().forEach(weights::put);
        return node.toString();
    }

    private static JsonNode encoded(ParameterValue value) {
        if (value instanceof ParameterValue.Several several) {
            List<JsonNode> values =
                    several.values().stream().map(SparkMlSettingsParam::encoded).toList();
            return JSON.createArrayNode().addAll(values);
        }
        return JSON.getNodeFactory().textNode(value.toString());
    }

    @Override
    public SparkMlSettings jsonDecode(String json) {
        JsonNode node = parse(json);
        Map<String, ParameterValue> params = new TreeMap<>();
        node.required("params").properties().forEach(entry -> params.put(entry.getKey(), decoded(entry.getValue())));
        Map<String, Double> weights = new TreeMap<>();
        node.required("class_weights")
                .properties()
                .forEach(entry -> weights.put(entry.getKey(), entry.getValue().doubleValue()));
        return new SparkMlSettings(
                node.required("classifier").textValue(),
                params,
                node.required("class_weight").textValue(),
                weights,
                node.required("partitions").intValue(),
                node.required("seed").longValue());
    }

    private static ParameterValue decoded(JsonNode node) {
        if (!node.isArray()) {
            return new ParameterValue.Single(node.asText());
        }
        List<ParameterValue> values = new ArrayList<>();
        node.forEach(each -> values.add(decoded(each)));
        return new ParameterValue.Several(values);
    }

    private static JsonNode parse(String json) {
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not the JSON of settings: " + json, e);
        }
    }
}
