package io.pigeonhole.transforms.features;

import java.text.Normalizer;
import java.util.Arrays;
import java.util.Locale;

/**
 * Visits the n-grams of a text as ranges of a buffer, each with its hash, without creating an object for each.
 *
 * <p>The text is normalised to Unicode NFKC and, if configured, to lower case of the root locale. A <em>word</em> is a
 * run of letters, digits, combining marks and underscores, of any length. <em>Character</em> n-grams run as {@link
 * FeatureSpec.Characters} says, with white space as single spaces and one space before and after the text; a character is
 * a code point.
 */
final class NGrams {

    /** Seed of the hash of word n-grams; it differs from that of character n-grams to separate the two. */
    static final int WORD = 0x77;
    /** Seed of the hash of character n-grams. */
    static final int CHARACTER = 0x63;

    private NGrams() {}

    /** Takes one n-gram: {@code codePoints[from, to)}, of the kind and with the hash given. */
    @FunctionalInterface
    interface Visitor {
        void visit(int kind, int[] codePoints, int from, int to, int hash);
    }

    /** Visits every occurrence of every n-gram. */
    static void visit(FeatureSpec.Text spec, String raw, Visitor visitor) {
        String text = normalise(raw, spec.lowercase());
        if (spec.charMax() > 0) {
            visitCharacters(text, spec, visitor);
        }
        if (spec.wordMax() > 0) {
            visitWords(text, spec.wordMin(), spec.wordMax(), visitor);
        }
    }

    /** The hash of an n-gram: MurmurHash3 (x86, 32 bits) over its code points as little-endian blocks of four bytes. */
    static int hash(int kind, int[] codePoints, int from, int to) {
        int state = kind;
        for (int i = from; i < to; i++) {
            state = mix(state, codePoints[i]);
        }
        return finish(state, to - from);
    }

    private static String normalise(String raw, boolean lowercase) {
        String text = Normalizer.normalize(raw, Normalizer.Form.NFKC);
        return lowercase ? text.toLowerCase(Locale.ROOT) : text;
    }

    private static void visitCharacters(String text, FeatureSpec.Text spec, Visitor visitor) {
        int[] buffer = new int[text.length() + 2];
        int length = 0;
        buffer[length++] = ' ';
        for (int i = 0; i < text.length(); ) {
            int codePoint = text.codePointAt(i);
            i += Character.charCount(codePoint);
            if (!Character.isWhitespace(codePoint)) {
                buffer[length++] = codePoint;
            } else if (buffer[length - 1] != ' ') {
                buffer[length++] = ' ';
            }
        }
        if (length == 1) {
            return;
        }
        if (buffer[length - 1] != ' ') {
            buffer[length++] = ' ';
        }
        if (spec.characters() == FeatureSpec.Characters.ACROSS_WORDS) {
            visitCharacters(buffer, 0, length, spec.charMin(), spec.charMax(), visitor);
        } else {
            visitWithinWords(buffer, length, spec.charMin(), spec.charMax(), visitor);
        }
    }

    /** Visits the n-grams of each word and the spaces around it; the whole of it if it is shorter than any. */
    private static void visitWithinWords(int[] buffer, int length, int min, int max, Visitor visitor) {
        int start = 0;
        for (int at = 1; at < length; at++) {
            if (buffer[at] == ' ') {
                int shortest = Math.min(min, at + 1 - start);
                visitCharacters(buffer, start, at + 1, shortest, Math.max(shortest, max), visitor);
                start = at;
            }
        }
    }

    private static void visitCharacters(int[] buffer, int start, int end, int min, int max, Visitor visitor) {
        for (int from = start; from + min <= end; from++) {
            int state = CHARACTER;
            int last = Math.min(end, from + max);
            for (int to = from + 1; to <= last; to++) {
                state = mix(state, buffer[to - 1]);
                if (to - from >= min) {
                    visitor.visit(CHARACTER, buffer, from, to, finish(state, to - from));
                }
            }
        }
    }

    private static void visitWords(String text, int min, int max, Visitor visitor) {
        // the buffer holds the words with one space between, so an n-gram is one range of it
        int[] buffer = new int[text.length() + 1];
        int[] starts = new int[text.length() / 2 + 2];
        int words = 0;
        int length = 0;
        boolean inside = false;
        for (int i = 0; i < text.length(); ) {
            int codePoint = text.codePointAt(i);
            i += Character.charCount(codePoint);
            if (isWord(codePoint)) {
                if (!inside) {
                    starts[words++] = length;
                    inside = true;
                }
                buffer[length++] = codePoint;
            } else if (inside) {
                buffer[length++] = ' ';
                inside = false;
            }
        }
        starts = Arrays.copyOf(starts, words + 1);
        starts[words] = inside ? length + 1 : length;
        for (int first = 0; first + min <= words; first++) {
            int state = WORD;
            int from = starts[first];
            int hashed = from;
            int last = Math.min(words, first + max);
            for (int next = first + 1; next <= last; next++) {
                int to = starts[next] - 1;
                for (; hashed < to; hashed++) {
                    state = mix(state, buffer[hashed]);
                }
                if (next - first >= min) {
                    visitor.visit(WORD, buffer, from, to, finish(state, to - from));
                }
            }
        }
    }

    private static boolean isWord(int codePoint) {
        if (codePoint < 128) {
            return Character.isLetterOrDigit(codePoint) || codePoint == '_';
        }
        int marks =
                1 << Character.NON_SPACING_MARK | 1 << Character.COMBINING_SPACING_MARK | 1 << Character.ENCLOSING_MARK;
        return Character.isLetterOrDigit(codePoint) || (marks >> Character.getType(codePoint) & 1) != 0;
    }

    private static int mix(int state, int block) {
        int k = Integer.rotateLeft(block * 0xcc9e2d51, 15) * 0x1b873593;
        return Integer.rotateLeft(state ^ k, 13) * 5 + 0xe6546b64;
    }

    private static int finish(int state, int blocks) {
        int h = state ^ (blocks * 4);
        h = (h ^ (h >>> 16)) * 0x85ebca6b;
        h = (h ^ (h >>> 13)) * 0xc2b2ae35;
        return h ^ (h >>> 16);
    }
}
