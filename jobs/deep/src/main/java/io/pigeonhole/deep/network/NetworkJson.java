package io.pigeonhole.deep.network;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.UncheckedIOException;

/** A network's specification as JSON, as models are saved. */
public final class NetworkJson {

    private static final ObjectMapper JSON = new ObjectMapper();

    private NetworkJson() {}

    public static String encode(NetworkSpec spec) {
        try {
            return JSON.writerFor(NetworkSpec.class).writeValueAsString(spec);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static NetworkSpec decode(String json) {
        try {
            return JSON.readValue(json, NetworkSpec.class);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not the JSON of a network's specification: " + json, e);
        }
    }
}
