package io.pigeonhole.jobs.sources;

import io.pigeonhole.transforms.PipelineException;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * A file of bytes in the IDX format (LeCun, Cortes and Burges, The MNIST database of handwritten digits), plain or
 * compressed by gzip: a magic number that gives the type and the number of dimensions, the length of each dimension
 * (both four bytes, big-endian), then the values, with the last dimension contiguous.
 *
 * @param owner owner of the file, which begins error messages
 * @param path on any Hadoop file system
 * @param header bytes before the first item
 * @param items length of the first dimension
 * @param itemSize bytes of an item: the product of the other dimensions
 */
record IdxFile(String owner, String path, int header, int items, int itemSize) implements Serializable {

    private static final int MAGIC_OF_IMAGES = 0x00000803;
    private static final int MAGIC_OF_LABELS = 0x00000801;
    private static final int BUFFER = 1 << 16;

    /** Reads the header of a file of images: items of rows and columns. */
    static IdxFile images(Configuration hadoop, String owner, String path) {
        return opened(hadoop, owner, path, MAGIC_OF_IMAGES, "images");
    }

    /** Reads the header of a file of labels: items of one byte. */
    static IdxFile labels(Configuration hadoop, String owner, String path) {
        return opened(hadoop, owner, path, MAGIC_OF_LABELS, "labels");
    }

    private static IdxFile opened(Configuration hadoop, String owner, String path, int magic, String what) {
        return reading(hadoop, owner, path, in -> {
            int found = in.readInt();
            if (found != magic) {
                throw SourcesErrors.notIdx(owner, path, what, found, magic);
            }
            int dimensions = magic & 0xff;
            int items = in.readInt();
            long itemSize = 1;
            for (int i = 1; i < dimensions; i++) {
                itemSize *= in.readInt();
            }
            if (items < 0 || itemSize < 1 || itemSize > Integer.MAX_VALUE) {
                throw SourcesErrors.impossibleIdxHeader(owner, path, items, itemSize);
            }
            return new IdxFile(owner, path, Integer.BYTES * (1 + dimensions), items, (int) itemSize);
        });
    }

    /**
     * The bytes of some items, one item after the other.
     *
     * @throws PipelineException (data contract) if the file ends before the last of them, or continues after its last
     *     item
     */
    byte[] read(Configuration hadoop, int from, int to) {
        return reading(hadoop, owner, path, in -> {
            in.skipNBytes(header + (long) from * itemSize);
            byte[] bytes = in.readNBytes(Math.multiplyExact(to - from, itemSize));
            if (bytes.length < (to - from) * itemSize) {
                throw new EOFException();
            }
            if (to == items && in.read() >= 0) {
                throw SourcesErrors.idxTooLong(owner, path, items);
            }
            return bytes;
        });
    }

    private interface Reading<T> {
        T from(DataInputStream in) throws IOException;
    }

    private static <T> T reading(Configuration hadoop, String owner, String path, Reading<T> reading) {
        Path file = new Path(path);
        try (InputStream raw = file.getFileSystem(hadoop).open(file);
                DataInputStream in = new DataInputStream(unzipped(raw))) {
            return reading.from(in);
        } catch (EOFException | ZipException e) {
            throw SourcesErrors.idxCutOff(owner, path);
        } catch (FileNotFoundException e) {
            throw SourcesErrors.noFile(owner, path);
        } catch (IOException e) {
            throw new UncheckedIOException(owner + ": " + path + " cannot be read", e);
        }
    }

    private static InputStream unzipped(InputStream raw) throws IOException {
        BufferedInputStream buffered = new BufferedInputStream(raw, BUFFER);
        buffered.mark(2);
        boolean isZipped = (buffered.read() | buffered.read() << Byte.SIZE) == GZIPInputStream.GZIP_MAGIC;
        buffered.reset();
        return isZipped ? new GZIPInputStream(buffered, BUFFER) : buffered;
    }
}
