package io.pigeonhole.embedding;

import io.pigeonhole.transforms.features.FeatureSpec.Method;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.hadoop.conf.Configuration;

/** The models of this process, opened on first use and kept until it ends. */
final class Encoders {

    private static final Map<String, Encoder> OPEN = new ConcurrentHashMap<>();

    private Encoders() {}

    /**
     * The model of a specification.
     *
     * @param hadoop of the file systems of its files
     */
    static Encoder of(EncoderSpec spec, Configuration hadoop) {
        return OPEN.computeIfAbsent(spec.json(), key -> open(spec, hadoop));
    }

    private static Encoder open(EncoderSpec spec, Configuration hadoop) {
        if (spec.method() == Method.STATIC) {
            ModelFile table = spec.model();
            return new StaticEncoder(
                    tokenizer(spec, hadoop), StaticTable.of(table.location(), table.bytes(hadoop)), spec.maxTokens());
        }
        requireLibrary();
        OnnxModel model = OnnxModel.open(spec, spec.model().bytes(hadoop));
        if (spec.pixels().isPresent()) {
            return new PixelEncoder(model, spec.pixels().get());
        }
        return new TextEncoder(model, tokenizer(spec, hadoop), spec.maxTokens());
    }

    static WordPiece tokenizer(EncoderSpec spec, Configuration hadoop) {
        ModelFile file = spec.tokenizer()
                .orElseThrow(() -> new IllegalArgumentException("a model of texts without a tokenizer"));
        return WordPiece.parse(file.location(), file.bytes(hadoop));
    }

    private static void requireLibrary() {
        try {
            Class.forName("ai.onnxruntime.OrtEnvironment", false, Encoders.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw EmbeddingErrors.libraryMissing();
        }
    }
}
