package io.pigeonhole.transforms.records;

import java.io.Closeable;
import java.io.IOException;
import java.util.Optional;

/** The records of one file, in order. Blank lines between records are left out. */
public interface Records extends Closeable {

    /** The next record; empty at the end of the file. */
    Optional<TextRecord> next() throws IOException;

    /** Passes over the rest of a line. */
    void skipLine() throws IOException;
}
