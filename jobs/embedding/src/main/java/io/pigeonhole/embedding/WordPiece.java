package io.pigeonhole.embedding;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * BERT's tokenizer: a text is cleaned and split into words and punctuation, and each word into the longest pieces of the
 * vocabulary, from left to right. It gives the ids of Hugging Face's tokenizers for a {@code BertNormalizer}, a {@code
 * BertPreTokenizer} and a {@code WordPiece} model (Devlin et al. 2019; Wu et al. 2016, section 4.1).
 */
final class WordPiece {

    private static final ObjectMapper JSON = new ObjectMapper();

    private static final String UNKNOWN = "[UNK]";
    private static final String START = "[CLS]";
    private static final String END = "[SEP]";
    private static final List<String> SPECIAL = List.of("[PAD]", UNKNOWN, START, END, "[MASK]");

    /** Words with more code points are unknown. */
    private static final int LONGEST_WORD = 100;

    private final Map<String, Integer> vocabulary;
    private final Cleaning cleaning;
    private final String prefix;
    private final Pattern special;
    private final int unknown;
    private final int start;
    private final int end;

    /** What the file of a tokenizer says about the cleaning of texts. */
    private record Cleaning(boolean clean, boolean chinese, boolean stripAccents, boolean lowercase) {}

    private WordPiece(Map<String, Integer> vocabulary, List<String> added, Cleaning cleaning, String prefix) {
        this.vocabulary = vocabulary;
        this.cleaning = cleaning;
        this.prefix = prefix;
        this.special = Pattern.compile(added.stream().map(Pattern::quote).collect(Collectors.joining("|")));
        this.unknown = id(UNKNOWN);
        this.start = id(START);
        this.end = id(END);
    }

    /**
     * The tokenizer of a file: Hugging Face's {@code tokenizer.json}, or a {@code vocab.txt}, which is taken to be one of
     * lower case.
     *
     * @param name of the file, for errors
     */
    static WordPiece parse(String name, byte[] file) {
        String text = new String(file, StandardCharsets.UTF_8);
        return text.stripLeading().startsWith("{") ? ofJson(name, file) : ofVocabulary(name, text);
    }

    private static WordPiece ofVocabulary(String name, String text) {
        Map<String, Integer> vocabulary = new HashMap<>();
        text.lines().forEach(token -> vocabulary.putIfAbsent(token, vocabulary.size()));
        requireSpecial(name, vocabulary);
        List<String> special = SPECIAL.stream().filter(vocabulary::containsKey).toList();
        return new WordPiece(vocabulary, special, new Cleaning(true, true, true, true), "##");
    }

    private static WordPiece ofJson(String name, byte[] file) {
        JsonNode root = read(name, file);
        JsonNode model = root.path("model");
        JsonNode normalizer = root.path("normalizer");
        require(name, model, "model", "WordPiece");
        require(name, normalizer, "normalizer", "BertNormalizer");
        require(name, root.path("pre_tokenizer"), "pre_tokenizer", "BertPreTokenizer");
        Map<String, Integer> vocabulary = new HashMap<>();
        model.path("vocab")
                .properties()
                .forEach(
                        token -> vocabulary.put(token.getKey(), token.getValue().intValue()));
        requireSpecial(name, vocabulary);
        List<String> added = new ArrayList<>();
        root.path("added_tokens").forEach(token -> {
            added.add(token.path("content").textValue());
            vocabulary.put(token.path("content").textValue(), token.path("id").intValue());
        });
        boolean lowercase = normalizer.path("lowercase").asBoolean(true);
        return new WordPiece(
                vocabulary,
                added.isEmpty() ? SPECIAL : added,
                new Cleaning(
                        normalizer.path("clean_text").asBoolean(true),
                        normalizer.path("handle_chinese_chars").asBoolean(true),
                        normalizer.path("strip_accents").asBoolean(lowercase),
                        lowercase),
                model.path("continuing_subword_prefix").asText("##"));
    }

    private static JsonNode read(String name, byte[] file) {
        try {
            return JSON.readTree(file);
        } catch (JsonProcessingException e) {
            throw EmbeddingErrors.tokenizerNotRead(name, String.valueOf(e.getOriginalMessage()));
        } catch (IOException e) {
            throw new IllegalStateException("bytes cannot fail to be read", e);
        }
    }

    private static void require(String name, JsonNode part, String key, String type) {
        if (!part.path("type").asText().equals(type)) {
            throw EmbeddingErrors.otherTokenizer(name, key, part.path("type").asText("missing"), type);
        }
    }

    private static void requireSpecial(String name, Map<String, Integer> vocabulary) {
        List<String> missing = List.of(UNKNOWN, START, END).stream()
                .filter(token -> !vocabulary.containsKey(token))
                .toList();
        if (!missing.isEmpty()) {
            throw EmbeddingErrors.tokensMissing(name, missing);
        }
    }

    private int id(String token) {
        return vocabulary.getOrDefault(token, -1);
    }

    /** Number of ids: one more than the largest. */
    int size() {
        return vocabulary.values().stream().mapToInt(id -> id + 1).max().orElse(0);
    }

    /** Ids of the tokens that mark the beginning and the end of a text. */
    int[] marks() {
        return new int[] {start, end};
    }

    /** The ids of tokens that stand for no text: special ones, and those that are kept free. */
    int[] specialIds() {
        return vocabulary.entrySet().stream()
                .filter(token -> special.matcher(token.getKey()).matches()
                        || token.getKey().matches("\\[unused\\d+]"))
                .mapToInt(Map.Entry::getValue)
                .sorted()
                .toArray();
    }

    /**
     * The ids of a text's tokens, between those that mark its beginning and end.
     *
     * @param most number of ids, at most; the last tokens are left out
     */
    int[] ids(String text, int most) {
        Ids ids = new Ids(most - 1);
        ids.add(start);
        Matcher matcher = special.matcher(text);
        int from = 0;
        while (!ids.isFull() && matcher.find()) {
            addWords(text.substring(from, matcher.start()), ids);
            ids.add(id(matcher.group()));
            from = matcher.end();
        }
        addWords(text.substring(from), ids);
        return ids.endedBy(end);
    }

    /** Ids so far; those beyond a limit are left out. */
    private static final class Ids {

        private final int most;
        private int[] ids = new int[32];
        private int used;

        Ids(int most) {
            this.most = most;
        }

        boolean isFull() {
            return used >= most;
        }

        void add(int id) {
            if (!isFull()) {
                if (used == ids.length) {
                    ids = Arrays.copyOf(ids, 2 * used);
                }
                ids[used++] = id;
            }
        }

        int[] endedBy(int id) {
            int[] all = Arrays.copyOf(ids, used + 1);
            all[used] = id;
            return all;
        }
    }

    private void addWords(String text, Ids ids) {
        StringBuilder word = new StringBuilder();
        int[] points = normalized(text).codePoints().toArray();
        for (int i = 0; i < points.length && !ids.isFull(); i++) {
            boolean alone = isPunctuation(points[i]);
            if (alone || isSpace(points[i])) {
                addPieces(word.toString(), ids);
                word.setLength(0);
            }
            if (alone) {
                addPieces(Character.toString(points[i]), ids);
            } else if (!isSpace(points[i])) {
                word.appendCodePoint(points[i]);
            }
        }
        addPieces(word.toString(), ids);
    }

    private void addPieces(String word, Ids ids) {
        if (word.isEmpty()) {
            return;
        }
        List<Integer> pieces = new ArrayList<>();
        boolean known = word.codePointCount(0, word.length()) <= LONGEST_WORD;
        for (int from = 0; known && from < word.length(); ) {
            int to = word.length();
            Integer piece = piece(word, from, to);
            while (piece == null && to > from) {
                to = word.offsetByCodePoints(to, -1);
                piece = piece(word, from, to);
            }
            known = piece != null;
            if (piece != null) {
                pieces.add(piece);
                from = to;
            }
        }
        if (known) {
            pieces.forEach(ids::add);
        } else {
            ids.add(unknown);
        }
    }

    private @Nullable Integer piece(String word, int from, int to) {
        return to == from
                ? null
                : vocabulary.get(from == 0 ? word.substring(from, to) : prefix + word.substring(from, to));
    }

    private String normalized(String text) {
        StringBuilder cleaned = new StringBuilder(text.length() + 16);
        text.codePoints().forEach(point -> {
            if (cleaning.clean() && isDropped(point)) {
                return;
            }
            if (cleaning.chinese() && isChinese(point)) {
                cleaned.append(' ').appendCodePoint(point).append(' ');
            } else {
                cleaned.appendCodePoint(cleaning.clean() && isSpace(point) ? ' ' : point);
            }
        });
        String plain = cleaning.stripAccents() ? withoutAccents(cleaned) : cleaned.toString();
        return cleaning.lowercase() ? lowerCase(plain) : plain;
    }

    private static String withoutAccents(CharSequence text) {
        StringBuilder plain = new StringBuilder(text.length());
        Normalizer.normalize(text, Normalizer.Form.NFD)
                .codePoints()
                .filter(point -> Character.getType(point) != Character.NON_SPACING_MARK)
                .forEach(plain::appendCodePoint);
        return plain.toString();
    }

    /** Letter by letter: unlike {@code String.toLowerCase}, a sigma at the end of a word is none of its own. */
    private static String lowerCase(String text) {
        StringBuilder lower = new StringBuilder(text.length());
        text.codePoints().forEach(point -> {
            if (point == 0x130) {
                lower.append("i\u0307");
            } else {
                lower.appendCodePoint(Character.toLowerCase(point));
            }
        });
        return lower.toString();
    }

    /** Control characters but tab and line feeds, formats, private ones, and what replaces damage. */
    private static boolean isDropped(int point) {
        if (point == '\t' || point == '\n' || point == '\r') {
            return false;
        }
        return switch (Character.getType(point)) {
            case Character.CONTROL, Character.FORMAT, Character.PRIVATE_USE, Character.SURROGATE -> true;
            default -> point == 0xFFFD;
        };
    }

    private static boolean isSpace(int point) {
        return switch (Character.getType(point)) {
            case Character.SPACE_SEPARATOR, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> true;
            default -> (point >= '\t' && point <= '\r') || point == 0x85;
        };
    }

    private static boolean isPunctuation(int point) {
        return switch (Character.getType(point)) {
            case Character.CONNECTOR_PUNCTUATION,
                    Character.DASH_PUNCTUATION,
                    Character.START_PUNCTUATION,
                    Character.END_PUNCTUATION,
                    Character.INITIAL_QUOTE_PUNCTUATION,
                    Character.FINAL_QUOTE_PUNCTUATION,
                    Character.OTHER_PUNCTUATION -> true;
            // the symbols of ASCII count as punctuation, those beyond it do not
            default -> point < 128 && "$+<=>^`|~".indexOf(point) >= 0;
        };
    }

    /** Ideographs without spaces between them; Korean and Japanese syllables are not among them. */
    private static boolean isChinese(int point) {
        return (point >= 0x4E00 && point <= 0x9FFF)
                || (point >= 0x3400 && point <= 0x4DBF)
                || (point >= 0x20000 && point <= 0x2A6DF)
                || (point >= 0x2A700 && point <= 0x2B73F)
                || (point >= 0x2B740 && point <= 0x2B81F)
                || (point >= 0x2B920 && point <= 0x2CEAF)
                || (point >= 0xF900 && point <= 0xFAFF)
                || (point >= 0x2F800 && point <= 0x2FA1F);
    }
}
