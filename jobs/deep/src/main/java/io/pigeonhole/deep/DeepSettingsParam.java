package io.pigeonhole.deep;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.UncheckedIOException;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.util.Identifiable;

/** The settings of a training as one parameter of a stage, saved as one JSON object. */
public final class DeepSettingsParam extends Param<DeepSettings> {

    private static final long serialVersionUID = 1L;
    private static final ObjectMapper JSON = new ObjectMapper();

    DeepSettingsParam(Identifiable parent) {
        super(parent, "settings", "the network, and how it learns");
    }

    @Override
    public String jsonEncode(DeepSettings settings) {
        try {
            return JSON.writeValueAsString(settings);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public DeepSettings jsonDecode(String json) {
        try {
            return JSON.readValue(json, DeepSettings.class);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not the JSON of a deep classifier's settings: " + json, e);
        }
    }
}
