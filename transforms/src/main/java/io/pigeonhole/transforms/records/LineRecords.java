package io.pigeonhole.transforms.records;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/** The lines of a text file, blank ones included. */
public final class LineRecords implements Records {

    private final ByteReader in;

    public LineRecords(InputStream in) {
        this.in = new ByteReader(in);
    }

    @Override
    public void skipLine() throws IOException {
        in.skipLine();
    }

    @Override
    public Optional<TextRecord> next() throws IOException {
        in.begin();
        if (in.peek() == ByteReader.END) {
            return Optional.empty();
        }
        long line = in.line();
        while (in.peek() != ByteReader.END && in.peek() != '\n' && in.peek() != '\r') {
            in.skip();
        }
        TextRecord record = new TextRecord(in.record(), line, in.position(), Optional.empty());
        in.skipLineEnd();
        return Optional.of(Utf8.checked(record));
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
