package io.pigeonhole.embedding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;

class WordPieceTest {

    private static final WordPiece TINY = WordPiece.parse("vocab.txt", TinyModels.vocabulary());

    /**
     * The ids are those of Hugging Face's tokenizers (by ai.djl.huggingface:tokenizers 0.36.0): accents, cases of letters,
     * scripts, spaces, control characters, symbols, words that are too long, special tokens.
     */
    @Test
    void trickyTextsHaveTheIdsOfHuggingFace() throws IOException {
        WordPiece tokenizer = WordPiece.parse("built-in", BuiltIn.TOKENIZER.bytes(new Configuration(false)));
        List<String> lines = lines();
        assertThat(lines).hasSizeGreaterThan(50);
        for (String line : lines) {
            String[] parts = line.split("\t", -1);
            String text = unescaped(parts[0]);
            assertThat(text(tokenizer.ids(text, 512))).as(parts[0]).isEqualTo(parts[1]);
        }
    }

    private static List<String> lines() throws IOException {
        try (InputStream in = Objects.requireNonNull(WordPieceTest.class.getResourceAsStream("token-ids.tsv"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        }
    }

    private static String unescaped(String text) {
        StringBuilder plain = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            if (text.startsWith("\\u", i)) {
                plain.append((char) Integer.parseInt(text.substring(i + 2, i + 6), 16));
                i += 5;
            } else {
                plain.append(text.charAt(i));
            }
        }
        return plain.toString();
    }

    private static String text(int[] ids) {
        return Arrays.stream(ids).mapToObj(String::valueOf).collect(Collectors.joining(" "));
    }

    @Test
    void aWordIsItsLongestPiecesFromLeftToRight() {
        assertThat(TINY.ids("Red apples, pear!", 20)).containsExactly(2, 4, 7, 9, 1, 8, 11, 3);
    }

    @Test
    void aWordWithAnUnknownPieceIsUnknown() {
        assertThat(TINY.ids("apx ap", 20)).containsExactly(2, 1, 10, 3);
    }

    @Test
    void aLongTextIsCutOffBeforeItsEndMark() {
        assertThat(TINY.ids("red green blue apple", 4)).containsExactly(2, 4, 5, 3);
        assertThat(TINY.ids("red [SEP] blue", 4)).containsExactly(2, 4, 3, 3);
    }

    @Test
    void anotherTokenizerIsRefused() {
        assertThatThrownBy(() -> WordPiece.parse(
                        "bpe.json", "{\"model\": {\"type\": \"BPE\"}}".getBytes(StandardCharsets.UTF_8)))
                .hasMessageContaining("bpe.json has a model of the type BPE, but only WordPiece");
        assertThatThrownBy(() -> WordPiece.parse("words.txt", "red\n[UNK]\n".getBytes(StandardCharsets.UTF_8)))
                .hasMessageContaining("lacks [CLS], [SEP]");
        assertThatThrownBy(() -> WordPiece.parse("broken.json", "{".getBytes(StandardCharsets.UTF_8)))
                .hasMessageContaining("broken.json cannot be read");
    }
}
