package io.pigeonhole.transforms.records;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The records of a CSV file, as RFC 4180 defines them: a line end within quotes belongs to the record, and a quote
 * within quotes is doubled. A record that breaks these rules gets a {@link TextRecord#problem} and ends where reading
 * can go on: at the end of its line, or, where its quote is never closed, at the end of its first line.
 */
public final class CsvRecords implements Records {

    /** A longer record is taken for one whose quote is never closed. */
    static final int LONGEST = 1 << 24;

    private static final String NEVER_CLOSED =
            "the quote that opens a value is never closed. Close it, or double a quote that belongs to the value";

    private static final String GOES_ON =
            "a value in quotes goes on in the next line, but options { multiLine = false }"
                    + " says that each line is a row. Leave that option out";

    private final ByteReader in;
    private final CsvFormat format;
    private final byte[] separator;

    public CsvRecords(InputStream in, CsvFormat format) {
        this.in = new ByteReader(in);
        this.format = format;
        this.separator = format.separator().getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void skipLine() throws IOException {
        in.skipLine();
    }

    @Override
    public Optional<TextRecord> next() throws IOException {
        while (true) {
            in.begin();
            if (in.peek() == ByteReader.END) {
                return Optional.empty();
            }
            if (format.comment() != 0 && in.peek() == format.comment()) {
                in.skipLine();
                continue;
            }
            TextRecord record = record();
            if (!isBlank(record.bytes())) {
                return Optional.of(record.problem().isPresent() ? record : Utf8.checked(record));
            }
        }
    }

    private TextRecord record() throws IOException {
        long line = in.line();
        Optional<String> problem = Optional.empty();
        boolean starts = true;
        while (true) {
            int next = in.peek();
            if (next == ByteReader.END || next == '\n' || next == '\r') {
                return ended(line, problem);
            }
            if (problem.isEmpty() && starts && format.quote() != 0 && next == format.quote()) {
                in.skip();
                Quoted quoted = quoted();
                if (quoted == Quoted.OPEN) {
                    return firstLine(line);
                }
                if (quoted == Quoted.FOLLOWED) {
                    problem = Optional.of(followed());
                }
                starts = false;
            } else if (next == separator[0] && skipSeparator()) {
                starts = true;
            } else {
                in.skip();
                starts = false;
            }
        }
    }

    private String followed() {
        return "text follows the quote that closes a value. "
                + (format.escape() == format.quote()
                        ? "Double a quote that belongs to the value; if the file escapes it by a backslash, set options {"
                                + " escape = \"\\\\\" }"
                        : "If the file doubles quotes that belong to values, as RFC 4180 says, leave out options { escape }");
    }

    private TextRecord ended(long line, Optional<String> problem) throws IOException {
        TextRecord record = new TextRecord(in.record(), line, in.position(), problem);
        in.skipLineEnd();
        return record;
    }

    /** How a value in quotes ends. */
    private enum Quoted {
        /** By its closing quote, with a separator or a line end behind it. */
        CLOSED,
        /** By a quote with other text behind it. */
        FOLLOWED,
        /** Not at all. */
        OPEN
    }

    /** Reads a value behind its opening quote. */
    private Quoted quoted() throws IOException {
        while (true) {
            int next = in.peek();
            boolean isOver = next == ByteReader.END
                    || in.length() > LONGEST
                    || (!format.multiLine() && (next == '\n' || next == '\r'));
            if (isOver) {
                return Quoted.OPEN;
            }
            in.skip();
            if (next == format.escape() && format.escape() != format.quote()) {
                if (in.peek() != ByteReader.END) {
                    in.skip();
                }
            } else if (next == format.quote()) {
                int behind = in.peek();
                if (behind == format.quote() && format.escape() == format.quote()) {
                    in.skip();
                } else {
                    return isEnd(behind) ? Quoted.CLOSED : Quoted.FOLLOWED;
                }
            }
        }
    }

    /** Whether a value may end before a byte; blanks behind the closing quote are left out. */
    private boolean isEnd(int next) throws IOException {
        int behind = next;
        while ((behind == ' ' || behind == '\t') && behind != separator[0]) {
            in.skip();
            behind = in.peek();
        }
        return behind == ByteReader.END || behind == '\n' || behind == '\r' || behind == (separator[0] & 0xff);
    }

    /** Passes over the separator; if only its beginning is there, passes over nothing. */
    private boolean skipSeparator() throws IOException {
        if (separator.length == 1) {
            in.skip();
            return true;
        }
        int before = in.length();
        long line = in.line();
        for (byte expected : separator) {
            if (in.peek() != (expected & 0xff)) {
                in.back(before, line);
                return false;
            }
            in.skip();
        }
        return true;
    }

    /** The first line of a record whose quote is never closed; reading goes on behind that line. */
    private TextRecord firstLine(long line) throws IOException {
        boolean toTheEnd = format.multiLine();
        in.back(0, line);
        while (in.peek() != ByteReader.END && in.peek() != '\n' && in.peek() != '\r') {
            in.skip();
        }
        return ended(line, Optional.of(toTheEnd ? NEVER_CLOSED : GOES_ON));
    }

    private static boolean isBlank(byte[] bytes) {
        for (byte each : bytes) {
            if (each != ' ' && each != '\t') {
                return false;
            }
        }
        return true;
    }

    /** The values of a sound record, without their quotes. */
    public static List<String> values(String record, CsvFormat format) {
        List<String> values = new ArrayList<>();
        StringBuilder value = new StringBuilder();
        boolean quoted = false;
        boolean starts = true;
        for (int i = 0; i < record.length(); i++) {
            char next = record.charAt(i);
            boolean more = i + 1 < record.length();
            if (quoted && next == format.escape() && more && isEscaped(record.charAt(i + 1), format)) {
                value.append(record.charAt(++i));
            } else if (quoted && next == format.quote()) {
                quoted = false;
            } else if (!quoted && record.startsWith(format.separator(), i)) {
                values.add(value.toString());
                value.setLength(0);
                starts = true;
                i += format.separator().length() - 1;
                continue;
            } else if (!quoted && starts && format.quote() != 0 && next == format.quote()) {
                quoted = true;
            } else {
                value.append(next);
            }
            starts = false;
        }
        values.add(value.toString());
        return values;
    }

    private static boolean isEscaped(char next, CsvFormat format) {
        return next == format.quote() || (format.escape() != format.quote() && next == format.escape());
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
