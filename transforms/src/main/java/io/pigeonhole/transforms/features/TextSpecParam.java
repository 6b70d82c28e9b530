package io.pigeonhole.transforms.features;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.util.Identifiable;

/** A stage parameter that holds a text specification as one value, for the estimator and the model. */
final class TextSpecParam extends Param<FeatureSpec.Text> {

    private static final long serialVersionUID = 1L;

    private static final ObjectMapper JSON = new ObjectMapper();

    TextSpecParam(Identifiable parent) {
        super(parent, "spec", "how the text becomes weighted counts of n-grams");
    }

    @Override
    public String jsonEncode(FeatureSpec.Text spec) {
        ObjectNode node = JSON.createObjectNode()
                .put("column", spec.column())
                .put("word_min", spec.wordMin())
                .put("word_max", spec.wordMax())
                .put("char_min", spec.charMin())
                .put("char_max", spec.charMax())
                .put("lowercase", spec.lowercase())
                .put("min_document_frequency", spec.minDocumentFrequency())
                .put("idf", spec.idf())
                .put("sublinear", spec.sublinear())
                .put("l2", spec.l2());
        // absent in models that were saved before there was a choice
        if (spec.characters() != FeatureSpec.Characters.ACROSS_WORDS) {
            node.put("characters", spec.characters().name());
        }
        if (spec.norm() != FeatureSpec.Norm.ALL) {
            node.put("norm", spec.norm().name());
        }
        if (spec.vocabulary() instanceof FeatureSpec.Hashed hashed) {
            node.put("buckets", hashed.buckets());
        } else if (spec.vocabulary() instanceof FeatureSpec.Terms terms) {
            node.put("max_size", terms.maxSize());
        }
        return node.toString();
    }

    @Override
    public FeatureSpec.Text jsonDecode(String json) {
        JsonNode node = parse(json);
        return new FeatureSpec.Text(
                node.required("column").textValue(),
                node.required("word_min").intValue(),
                node.required("word_max").intValue(),
                node.required("char_min").intValue(),
                node.required("char_max").intValue(),
                node.required("lowercase").booleanValue(),
                node.has("buckets")
                        ? new FeatureSpec.Hashed(node.required("buckets").intValue())
                        : new FeatureSpec.Terms(node.required("max_size").intValue()),
                node.required("min_document_frequency").intValue(),
                node.required("idf").booleanValue(),
                node.required("sublinear").booleanValue(),
                node.required("l2").booleanValue(),
                // the stage reads rows that were accepted already
                FeatureSpec.EmptyText.AUTO,
                FeatureSpec.Characters.valueOf(
                        node.path("characters").asText(FeatureSpec.Characters.ACROSS_WORDS.name())),
                FeatureSpec.Norm.valueOf(node.path("norm").asText(FeatureSpec.Norm.ALL.name())));
    }

    private static JsonNode parse(String json) {
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not the JSON of a text specification: " + json, e);
        }
    }
}
