package io.pigeonhole.jobs.store.delta;

import io.pigeonhole.transforms.records.CsvFormat;
import io.pigeonhole.transforms.records.CsvRecords;
import io.pigeonhole.transforms.records.JsonRecords;
import io.pigeonhole.transforms.records.LineRecords;
import io.pigeonhole.transforms.records.RecordKind;
import io.pigeonhole.transforms.records.Records;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Serializable;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import org.apache.commons.io.input.ReaderInputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.io.compress.CompressionCodec;
import org.apache.hadoop.io.compress.CompressionCodecFactory;

/**
 * How the records of text files are read.
 *
 * @param csv separators and quotes of CSV files
 * @param byLines whether each line is a record
 * @param encoding a charset
 * @param header whether the first record of each file is left out
 */
public record RecordReading(RecordKind kind, CsvFormat csv, boolean byLines, String encoding, boolean header)
        implements Serializable {

    /** Opens a whole file; its header, if it has one, is the first record. */
    public Records open(Configuration hadoop, Path path) throws IOException {
        return records(asUtf8(decompressed(hadoop, path)));
    }

    /** The bytes of a file, without the compression that its name says. */
    public static InputStream decompressed(Configuration hadoop, Path path) throws IOException {
        InputStream in = path.getFileSystem(hadoop).open(path);
        CompressionCodec codec = new CompressionCodecFactory(hadoop).getCodec(path);
        try {
            return codec == null ? in : codec.createInputStream(in);
        } catch (IOException | RuntimeException e) {
            in.close();
            throw e;
        }
    }

    static boolean isCompressed(Configuration hadoop, Path path) {
        return new CompressionCodecFactory(hadoop).getCodec(path) != null;
    }

    /** Whether each part of a file can be read without the parts before it. */
    boolean canBeDivided() {
        return byLines && isUtf8();
    }

    /** Opens a file at a byte, behind the line that this byte belongs to. */
    Records openAt(Configuration hadoop, Path path, long start) throws IOException {
        FileSystem fileSystem = path.getFileSystem(hadoop);
        FSDataInputStream in = fileSystem.open(path);
        in.seek(start);
        Records records = records(in);
        records.skipLine();
        return records;
    }

    private boolean isUtf8() {
        return Charset.forName(encoding).equals(StandardCharsets.UTF_8);
    }

    private Records records(InputStream in) {
        return switch (kind) {
            case CSV -> new CsvRecords(in, csv);
            case JSON -> new JsonRecords(in, byLines);
            case LINES -> new LineRecords(in);
        };
    }

    /** A file in another encoding that has bytes outside of it fails, as its texts would be damaged unseen. */
    private InputStream asUtf8(InputStream in) throws IOException {
        if (isUtf8()) {
            return in;
        }
        return ReaderInputStream.builder()
                .setReader(new InputStreamReader(
                        in,
                        Charset.forName(encoding)
                                .newDecoder()
                                .onMalformedInput(CodingErrorAction.REPORT)
                                .onUnmappableCharacter(CodingErrorAction.REPORT)))
                .setCharset(StandardCharsets.UTF_8)
                .get();
    }
}
