package io.pigeonhole.transforms.records;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Checks of bytes that should be UTF-8. */
final class Utf8 {

    private Utf8() {}

    /** The record, with a problem if its bytes are not UTF-8. */
    static TextRecord checked(TextRecord record) {
        return isValid(record.bytes())
                ? record
                : new TextRecord(
                        record.bytes(),
                        record.line(),
                        record.position(),
                        Optional.of("it is not UTF-8. Name its encoding, such as options { encoding = \""
                                + TextEncoding.guess(record.bytes()).orElse(TextEncoding.WESTERN) + "\" }"));
    }

    static boolean isValid(byte[] bytes) {
        for (byte each : bytes) {
            if (each < 0) {
                return isDecodable(ByteBuffer.wrap(bytes));
            }
        }
        return true;
    }

    private static boolean isDecodable(ByteBuffer bytes) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(bytes);
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }

    /** Whether bytes are the beginning of valid UTF-8; the last character may be cut off. */
    static boolean isValidBeginning(byte[] bytes) {
        java.nio.CharBuffer text = java.nio.CharBuffer.allocate(bytes.length);
        CoderResult result = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes), text, false);
        return !result.isError();
    }
}
