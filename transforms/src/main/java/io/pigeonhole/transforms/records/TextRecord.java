package io.pigeonhole.transforms.records;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * One record of a file.
 *
 * @param bytes its text in UTF-8, without the line end behind it
 * @param line number of its first line in the file or part of a file, from 1 on
 * @param position of its first byte in the stream, from 0 on
 * @param problem why it cannot be read, in words that follow the name of the file; empty for a sound record
 */
@SuppressWarnings("ArrayRecordComponent")
public record TextRecord(byte[] bytes, long line, long position, Optional<String> problem) {

    /** The text; bytes that are not UTF-8 become U+FFFD. */
    public String text() {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
