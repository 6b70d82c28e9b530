package io.pigeonhole.embedding;

import java.util.List;
import org.apache.hadoop.conf.Configuration;

/** The token ids of texts, and the bytes of the built-in model, for programs that use ONNX Runtime themselves. */
public final class BuiltInTokens {

    private BuiltInTokens() {}

    /** The ids of each text. */
    public static List<int[]> of(List<String> texts, int most) {
        WordPiece tokenizer =
                WordPiece.parse(BuiltIn.TOKENIZER.location(), BuiltIn.TOKENIZER.bytes(new Configuration(false)));
        return texts.stream().map(text -> tokenizer.ids(text, most)).toList();
    }
}
