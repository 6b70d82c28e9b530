package io.pigeonhole.jobs;

import io.pigeonhole.embedding.TinyModels;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A pretrained model for the texts of {@link TinyPipeline}, in files of the user's: the names of the classes have an element
 * each, and so has the word that is common to all.
 *
 * @param folder of the files
 */
record TinyEmbedding(Path folder) {

    private static final List<String> TOKENS = List.of(
            "[PAD]", "[UNK]", "[CLS]", "[SEP]", "word", "cat", "dog", "fern", "moss", "##0", "##1", "##2", "##3", "##4",
            "##5", "##6", "##7", "##8", "##9");

    private static final int FIRST_WORD = 4;
    private static final int WORDS = 5;

    /**
     * Writes the files.
     *
     * @param factor of all vectors
     */
    static TinyEmbedding create(Path folder, float factor) {
        float[][] table = new float[TOKENS.size()][WORDS];
        for (int i = 0; i < WORDS; i++) {
            table[FIRST_WORD + i][i] = factor;
        }
        TinyEmbedding embedding = new TinyEmbedding(folder);
        try {
            Files.write(embedding.model(), TinyModels.ofTexts(table));
            Files.write(folder.resolve("vocab.txt"), TinyModels.vocabulary(TOKENS));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return embedding;
    }

    Path model() {
        return folder.resolve("model.onnx");
    }

    /**
     * The setting of features: the embedding, and the number of the tiny pipeline.
     *
     * @param more keys of the embedding
     */
    String features(String more) {
        return "features=[{ kind = embedding, column = text, model = \"" + model() + "\", tokenizer = \""
                + folder.resolve("vocab.txt") + "\"" + more + " }, { kind = numeric, columns = [size] }]";
    }
}
