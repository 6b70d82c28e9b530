package io.pigeonhole.embedding;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * A file of a pretrained model.
 *
 * @param location path on any Hadoop file system, or {@code builtin:} and the name of a file of {@link BuiltIn}
 * @param sha256 hash of its bytes, in hexadecimal
 */
public record ModelFile(String location, String sha256) {

    /** Names at the end of a location that stay when a store is moved: the folder of all files, that of one, and the file. */
    private static final int NAMES = 3;

    static final String BUILTIN = "builtin:";

    /**
     * Reads a file and computes its hash.
     *
     * @throws io.pigeonhole.transforms.PipelineException (configuration) if there is no such file
     */
    public static ModelFile of(String path, Configuration hadoop) {
        return new ModelFile(path, sha256(read(path, hadoop)));
    }

    boolean isBuiltIn() {
        return location.startsWith(BUILTIN);
    }

    /**
     * The bytes.
     *
     * @throws io.pigeonhole.transforms.PipelineException (data contract) if they are not those of the hash
     */
    public byte[] bytes(Configuration hadoop) {
        byte[] bytes = isBuiltIn() ? BuiltIn.bytes(location.substring(BUILTIN.length())) : read(location, hadoop);
        String found = sha256(bytes);
        if (!found.equals(sha256)) {
            throw EmbeddingErrors.otherBytes(location, sha256, found);
        }
        return bytes;
    }

    /**
     * The same file where it is now: at its location, or else with the same last three names in one of the folders around
     * a saved stage.
     *
     * @param stage folder of the stage
     */
    ModelFile located(Path stage, Configuration hadoop) {
        if (isBuiltIn()) {
            return this;
        }
        Path path = new Path(location);
        if (exists(path, hadoop) || path.depth() < NAMES) {
            return this;
        }
        Path folder = path.getParent();
        String names = folder.getParent().getName() + "/" + folder.getName() + "/" + path.getName();
        for (Path above = stage.getParent(); above != null; above = above.getParent()) {
            Path moved = new Path(above, names);
            if (exists(moved, hadoop)) {
                return new ModelFile(moved.toString(), sha256);
            }
        }
        return this;
    }

    private static boolean exists(Path path, Configuration hadoop) {
        try {
            return path.getFileSystem(hadoop).exists(path);
        } catch (IOException e) {
            throw EmbeddingErrors.fileNotRead(path.toString(), e);
        }
    }

    private static byte[] read(String location, Configuration hadoop) {
        Path path = new Path(location);
        try (InputStream in = path.getFileSystem(hadoop).open(path)) {
            return in.readAllBytes();
        } catch (FileNotFoundException e) {
            throw EmbeddingErrors.noFile(location);
        } catch (IOException e) {
            throw EmbeddingErrors.fileNotRead(location, e);
        }
    }

    static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
