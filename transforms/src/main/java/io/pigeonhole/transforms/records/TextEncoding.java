package io.pigeonhole.transforms.records;

import java.util.Optional;

/** The encoding of a text, by its first bytes. */
public final class TextEncoding {

    /** The most frequent encoding of Western European files that are not UTF-8; a superset of ISO 8859-1 (Latin-1). */
    static final String WESTERN = "windows-1252";

    private TextEncoding() {}

    /**
     * The encoding of a text that is not UTF-8: UTF-16 or UTF-32 by a byte order mark or by the zeros of Latin letters,
     * otherwise windows-1252, which no bytes can prove. Empty for UTF-8, with or without a byte order mark.
     *
     * @param first first bytes of the text; the last character may be cut off
     */
    public static Optional<String> guess(byte[] first) {
        if (startsWith(first, 0xff, 0xfe, 0, 0)) {
            return Optional.of("UTF-32");
        }
        if (startsWith(first, 0xff, 0xfe) || startsWith(first, 0xfe, 0xff)) {
            return Optional.of("UTF-16");
        }
        Optional<String> byZeros = byZeros(first);
        if (byZeros.isPresent()) {
            return byZeros;
        }
        return Utf8.isValidBeginning(first) ? Optional.empty() : Optional.of(WESTERN);
    }

    /** Latin text in UTF-16 has a zero in nearly every second byte, and no text in UTF-8 has one. */
    private static Optional<String> byZeros(byte[] first) {
        int[] zeros = new int[2];
        for (int i = 0; i < first.length; i++) {
            zeros[i % 2] += first[i] == 0 ? 1 : 0;
        }
        int pairs = first.length / 2;
        if (pairs > 1 && zeros[1] > 0.4 * pairs && zeros[0] < 0.1 * pairs) {
            return Optional.of("UTF-16LE");
        }
        return pairs > 1 && zeros[0] > 0.4 * pairs && zeros[1] < 0.1 * pairs
                ? Optional.of("UTF-16BE")
                : Optional.empty();
    }

    /** Whether a text begins with the byte order mark of UTF-8. */
    public static boolean hasMark(byte[] first) {
        return startsWith(first, 0xef, 0xbb, 0xbf);
    }

    static boolean startsWith(byte[] bytes, int... first) {
        if (bytes.length < first.length) {
            return false;
        }
        for (int i = 0; i < first.length; i++) {
            if ((bytes[i] & 0xff) != first[i]) {
                return false;
            }
        }
        return true;
    }
}
