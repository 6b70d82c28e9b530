package io.pigeonhole.transforms.cleaning;

import java.text.Normalizer;
import java.util.Locale;

/** Characters that cannot be seen, and texts that look alike. */
public final class Invisible {

    /** Behind the printable characters of ASCII. */
    private static final char FIRST_UNSEEN = 0x7f;

    private Invisible() {}

    /**
     * White space of any script, and characters without a shape of their own: zero-width spaces and joiners, soft
     * hyphens, byte order marks, marks of direction, control characters.
     */
    static boolean isBlank(char character) {
        return character <= ' '
                || (character >= FIRST_UNSEEN && (isUnseen(character) || Character.isSpaceChar(character)));
    }

    private static boolean isUnseen(int character) {
        int type = Character.getType(character);
        return type == Character.FORMAT || type == Character.CONTROL;
    }

    /** The text with each invisible character, except blanks between others, as its code, such as {@code \u200B}. */
    public static String shown(String text) {
        StringBuilder shown = new StringBuilder();
        text.codePoints().forEach(character -> {
            if (isUnseen(character) || (character != ' ' && Character.isSpaceChar(character))) {
                shown.append(String.format(Locale.ROOT, "\\u%04X", character));
            } else {
                shown.appendCodePoint(character);
            }
        });
        return shown.toString();
    }

    /**
     * The text without what is hard to see: letter case, the composition of characters (NFKC), invisible characters and
     * the length of blanks. Texts with equal keys look alike.
     */
    static String key(String text) {
        StringBuilder seen = new StringBuilder();
        Normalizer.normalize(text, Normalizer.Form.NFKC).codePoints().forEach(character -> {
            if (Character.isWhitespace(character) || Character.isSpaceChar(character)) {
                if (!seen.isEmpty() && seen.charAt(seen.length() - 1) != ' ') {
                    seen.append(' ');
                }
            } else if (!isUnseen(character)) {
                seen.appendCodePoint(character);
            }
        });
        return seen.toString().strip().toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT);
    }
}
