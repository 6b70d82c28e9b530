package io.pigeonhole.transforms.records;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What a file is by its first bytes, if these tell. */
public enum FileKind {
    GZIP("gzip", "gz", "\u001f\u008b"),
    BZIP2("bzip2", "bz2", "BZh"),
    ZSTANDARD("Zstandard", "zst", "(\u00b5/\u00fd"),
    XZ("xz", "xz", "\u00fd7zXZ\u0000"),
    PARQUET("Parquet", "parquet", "PAR1"),
    ORC("ORC", "orc", "ORC"),
    AVRO("Avro", "avro", "Obj\u0001"),
    /** Excel workbooks are ZIP archives, too. */
    ZIP("ZIP", "zip", "PK\u0003\u0004");

    private final String text;
    private final String extension;
    /** First bytes, as characters of ISO 8859-1. */
    private final String first;

    FileKind(String text, String extension, String first) {
        this.text = text;
        this.extension = extension;
        this.first = first;
    }

    /** The name for messages. */
    public String text() {
        return text;
    }

    /** The extension that files of this kind have. */
    public String extension() {
        return extension;
    }

    /** Whether it is a compression that Spark undoes by the name of a file. */
    public boolean isCompression() {
        return this == GZIP || this == BZIP2 || this == ZSTANDARD || this == XZ;
    }

    /** The kind of a file with these first bytes. */
    public static Optional<FileKind> ofContent(byte[] bytes) {
        return Arrays.stream(values())
                .filter(kind -> new String(bytes, 0, Math.min(bytes.length, kind.first.length()), ISO_8859_1)
                        .equals(kind.first))
                .findFirst();
    }

    /** The kind that the name of a file says. */
    public static Optional<FileKind> ofName(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return Arrays.stream(values())
                .filter(kind -> lower.endsWith("." + kind.extension))
                .findFirst();
    }
}
