package io.pigeonhole.transforms.records;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/** Reads a stream byte by byte, collects the bytes of a record and can go back to any of them. */
final class ByteReader implements Closeable {

    /** The value of {@link #peek} at the end. */
    static final int END = -1;

    private static final int BLOCK = 1 << 16;

    /** Bytes of the byte order mark of UTF-8. */
    private static final int MARK = 3;

    private final InputStream in;
    private byte[] buffer = new byte[BLOCK];
    /** First byte of the record, next byte to read, and end of the bytes in the buffer. */
    private int start;

    private int next;
    private int end;
    private boolean ended;
    private boolean isNew = true;
    private long line = 1;
    private boolean behindReturn;
    /** Bytes before the buffer. */
    private long offset;

    ByteReader(InputStream in) {
        this.in = in;
    }

    /** Begins a record at the next byte. */
    void begin() {
        start = next;
    }

    /** The next byte, 0 to 255, which stays where it is. */
    int peek() throws IOException {
        if (isNew) {
            isNew = false;
            skipMark();
        }
        return next < end || fill() ? buffer[next] & 0xff : END;
    }

    /** Passes over the byte order mark of UTF-8 at the beginning; positions count its bytes. */
    private void skipMark() throws IOException {
        boolean more = true;
        while (more && end < MARK) {
            // some streams give few bytes at a time
            more = fill();
        }
        if (TextEncoding.hasMark(Arrays.copyOf(buffer, Math.min(end, MARK)))) {
            next = MARK;
            start = MARK;
        }
    }

    /** Passes over the next byte, which must exist. */
    void skip() {
        byte passed = buffer[next++];
        if (passed == '\r' || (passed == '\n' && !behindReturn)) {
            line++;
        }
        behindReturn = passed == '\r';
    }

    /** Passes over a line end, of one or two bytes, if one is next. */
    boolean skipLineEnd() throws IOException {
        int first = peek();
        if (first != '\r' && first != '\n') {
            return false;
        }
        skip();
        if (first == '\r' && peek() == '\n') {
            skip();
        }
        return true;
    }

    /** Passes over the rest of a line. */
    void skipLine() throws IOException {
        begin();
        while (peek() != END && !skipLineEnd()) {
            skip();
            begin();
        }
    }

    /** The bytes of the record up to the next byte. */
    byte[] record() {
        return Arrays.copyOfRange(buffer, start, next);
    }

    int length() {
        return next - start;
    }

    long line() {
        return line;
    }

    /** Bytes of the stream before the record. */
    long position() {
        return offset + start;
    }

    /** Goes back to a position within the record, at the start of a line. */
    void back(int length, long toLine) {
        next = start + length;
        line = toLine;
        behindReturn = false;
    }

    private boolean fill() throws IOException {
        if (ended) {
            return false;
        }
        if (start > 0) {
            System.arraycopy(buffer, start, buffer, 0, end - start);
            offset += start;
            next -= start;
            end -= start;
            start = 0;
        }
        if (end == buffer.length) {
            buffer = Arrays.copyOf(buffer, 2 * buffer.length);
        }
        int read = in.read(buffer, end, buffer.length - end);
        if (read < 0) {
            ended = true;
            return false;
        }
        end += read;
        return read > 0 || fill();
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
