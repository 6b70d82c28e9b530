package io.pigeonhole.deep;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pigeonhole.deep.network.NetworkSpec;
import java.io.UncheckedIOException;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.util.Identifiable;

/** A network's specification as the parameter of a stage. */
public final class NetworkParam extends Param<NetworkSpec> {

    private static final long serialVersionUID = 1L;
    private static final ObjectMapper JSON = new ObjectMapper();

    NetworkParam(Identifiable parent) {
        super(parent, "network", "what the network is made of");
    }

    @Override
    public String jsonEncode(NetworkSpec spec) {
        return encode(spec);
    }

    @Override
    public NetworkSpec jsonDecode(String json) {
        return decode(json);
    }

    static String encode(NetworkSpec spec) {
        try {
            return JSON.writerFor(NetworkSpec.class).writeValueAsString(spec);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    static NetworkSpec decode(String json) {
        try {
            return JSON.readValue(json, NetworkSpec.class);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not the JSON of a network's specification: " + json, e);
        }
    }
}
