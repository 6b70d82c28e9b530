package io.pigeonhole.transforms.records;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/**
 * The records of a JSON file: one value on each line, or values over several lines, one after another or as the
 * elements of an array.
 */
public final class JsonRecords implements Records {

    /** A file may be one value; a longer one would not fit into a row. */
    private static final int LONGEST = 1 << 29;

    private static final String NEVER_ENDS = "the JSON value never ends. The file is cut off, or a bracket is missing";

    private final ByteReader in;
    private final boolean byLines;
    private boolean inArray;
    private boolean begun;

    /** @param byLines whether each line is a record */
    public JsonRecords(InputStream in, boolean byLines) {
        this.in = new ByteReader(in);
        this.byLines = byLines;
    }

    @Override
    public void skipLine() throws IOException {
        in.skipLine();
    }

    /**
     * Whether a file has one value on each line: its first line is a whole value. A file without any value counts as
     * one.
     *
     * @param first first bytes of the file
     */
    public static boolean isByLines(byte[] first) {
        int depth = 0;
        boolean inText = false;
        boolean begun = false;
        for (int i = 0; i < first.length; i++) {
            int next = first[i];
            if (inText) {
                if (next == '\\') {
                    i++;
                } else if (next == '"') {
                    inText = false;
                }
            } else if (next == '"') {
                inText = true;
            } else if (next == '{' || next == '[') {
                if (!begun && next == '[') {
                    return false;
                }
                begun = true;
                depth++;
            } else if (next == '}' || next == ']') {
                depth--;
            } else if ((next == '\n' || next == '\r') && begun) {
                return depth == 0;
            }
        }
        return true;
    }

    @Override
    public Optional<TextRecord> next() throws IOException {
        passOver();
        in.begin();
        if (in.peek() == ByteReader.END) {
            return Optional.empty();
        }
        TextRecord record = byLines || in.peek() != '{' ? line() : value();
        return Optional.of(record.problem().isPresent() ? record : Utf8.checked(record));
    }

    /** Passes over what lies between records: white space, and the brackets and commas of an array around them. */
    private void passOver() throws IOException {
        while (true) {
            in.begin();
            int next = in.peek();
            boolean isBlank = next == ' ' || next == '\t' || next == '\n' || next == '\r';
            if (next == '[' && !byLines && !begun) {
                inArray = true;
            } else if (!isBlank && !(inArray && (next == ',' || next == ']'))) {
                begun = true;
                return;
            }
            if (!in.skipLineEnd()) {
                in.skip();
            }
        }
    }

    private TextRecord line() throws IOException {
        long line = in.line();
        while (in.peek() != ByteReader.END && in.peek() != '\n' && in.peek() != '\r') {
            in.skip();
        }
        return new TextRecord(in.record(), line, in.position(), Optional.empty());
    }

    /** An object, to its closing bracket. */
    private TextRecord value() throws IOException {
        long line = in.line();
        int depth = 0;
        boolean inText = false;
        while (true) {
            int next = in.peek();
            if (next == ByteReader.END || in.length() > LONGEST) {
                return firstLine(line);
            }
            in.skip();
            if (inText) {
                if (next == '\\' && in.peek() != ByteReader.END) {
                    in.skip();
                } else if (next == '"') {
                    inText = false;
                }
            } else if (next == '"') {
                inText = true;
            } else if (next == '{' || next == '[') {
                depth++;
            } else if ((next == '}' || next == ']') && --depth == 0) {
                return new TextRecord(in.record(), line, in.position(), Optional.empty());
            }
        }
    }

    private TextRecord firstLine(long line) throws IOException {
        in.back(0, line);
        TextRecord record = line();
        return new TextRecord(record.bytes(), line, in.position(), Optional.of(NEVER_ENDS));
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
