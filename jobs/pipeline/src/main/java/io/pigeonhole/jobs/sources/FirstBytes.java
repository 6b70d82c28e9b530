package io.pigeonhole.jobs.sources;

import io.pigeonhole.jobs.store.delta.RecordReading;
import io.pigeonhole.transforms.PipelineException;
import io.pigeonhole.transforms.records.FileKind;
import io.pigeonhole.transforms.records.TextEncoding;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** Looks at the first bytes of text files: whether they are what their names and the configuration say. */
public final class FirstBytes {

    /** Bytes looked at of a file. */
    static final int LENGTH = 1 << 16;

    /** Files looked at of a source, the first ones by name. */
    private static final int FILES = 8;

    private FirstBytes() {}

    /**
     * Checks the first files of a source.
     *
     * @param files all files of the source
     * @param encoding the encoding that the configuration names
     * @return the first file that is not empty, with its first bytes
     * @throws PipelineException (data contract) if a file is compressed in another way than its name says, is not a
     *     text, or is not UTF-8 where no encoding is named, or if all files are empty
     */
    static Optional<Head> check(
            Configuration hadoop, String owner, List<Position.File> files, Optional<String> encoding) {
        Optional<Head> head = Optional.empty();
        List<Position.File> full =
                files.stream().filter(file -> file.length() > 0).toList();
        if (full.isEmpty() && !files.isEmpty()) {
            throw SourcesErrors.emptyFiles(owner, files.get(0).path(), files.size());
        }
        for (Position.File file : full.subList(0, Math.min(FILES, full.size()))) {
            Path path = new Path(file.path());
            byte[] bytes = check(hadoop, owner, path);
            if (encoding.isEmpty()) {
                TextEncoding.guess(bytes).ifPresent(guess -> {
                    throw SourcesErrors.notUtf8(owner, path.toString(), guess);
                });
            }
            head = head.or(() -> bytes.length == 0 ? Optional.empty() : Optional.of(new Head(path, bytes)));
        }
        return head;
    }

    /**
     * A file and its first bytes, without its compression.
     *
     * @param path of the file
     * @param bytes first bytes
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Head(Path path, byte[] bytes) {}

    /**
     * The first bytes of a file, without its compression.
     *
     * @throws PipelineException (data contract) if it is compressed in another way than its name says, or no text
     */
    public static byte[] check(Configuration hadoop, String owner, Path path) {
        try (InputStream in = path.getFileSystem(hadoop).open(path)) {
            byte[] stored = in.readNBytes(LENGTH);
            Optional<FileKind> kind = FileKind.ofContent(stored);
            Optional<FileKind> named = FileKind.ofName(path.getName()).filter(FileKind::isCompression);
            if (named.isPresent() && !kind.equals(named)) {
                throw SourcesErrors.notCompressed(owner, path.toString(), named.get());
            }
            if (kind.isPresent() && !kind.equals(named)) {
                throw kind.get().isCompression()
                        ? SourcesErrors.compressed(owner, path.toString(), kind.get())
                        : SourcesErrors.notText(owner, path.toString(), kind.get());
            }
            return kind.isEmpty() ? stored : decompressed(hadoop, path);
        } catch (IOException e) {
            throw SourcesErrors.fileCannotBeListed(path, e);
        }
    }

    private static byte[] decompressed(Configuration hadoop, Path path) throws IOException {
        try (InputStream in = RecordReading.decompressed(hadoop, path)) {
            return in.readNBytes(LENGTH);
        }
    }
}
