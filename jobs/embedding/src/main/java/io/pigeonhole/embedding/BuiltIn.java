package io.pigeonhole.embedding;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/**
 * The model that needs no file of the user's: all-MiniLM-L6-v2 for English sentences (Wang et al. 2020, MiniLM; Reimers
 * and Gurevych 2019, Sentence-BERT), quantised to int8, 384 numbers for a text of at most 512 tokens. Its files are
 * resources of a jar on the class path, which the project's jar does not contain.
 */
public final class BuiltIn {

    /** Numbers of a vector. */
    public static final int DIMENSION = 384;

    /** Bytes of the ONNX model. */
    public static final long BYTES = 22_972_370;

    /** The ONNX model. */
    public static final ModelFile MODEL = new ModelFile(
            ModelFile.BUILTIN + "all-minilm-l6-v2-q.onnx",
            "afdb6f1a0e45b715d0bb9b11772f032c399babd23bfc31fed1c170afc848bdb1");

    /** Its tokenizer. */
    public static final ModelFile TOKENIZER = new ModelFile(
            ModelFile.BUILTIN + "all-minilm-l6-v2-q-tokenizer.json",
            "da0e79933b9ed51798a3ae27893d3c5fa4a201126cef75586296df9b4d2c62a0");

    private BuiltIn() {}

    static byte[] bytes(String resource) {
        try (InputStream in = open(resource)) {
            if (in == null) {
                throw EmbeddingErrors.builtInMissing(resource);
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException("resource " + resource + " cannot be read", e);
        }
    }

    private static @Nullable InputStream open(String resource) {
        // the jars of spark-submit's --jars
        ClassLoader ofThread = Thread.currentThread().getContextClassLoader();
        InputStream in = ofThread == null ? null : ofThread.getResourceAsStream(resource);
        return in != null ? in : BuiltIn.class.getClassLoader().getResourceAsStream(resource);
    }
}
