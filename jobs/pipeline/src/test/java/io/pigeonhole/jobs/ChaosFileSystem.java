package io.pigeonhole.jobs;

import io.pigeonhole.jobs.store.LocalDisk;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.util.Optional;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.util.Progressable;

/**
 * The local disk under the scheme {@code chaos}, on which a process can die. From its {@link Fault} until
 * {@link #revive}, no thread can read or write. So no failure handler leaves a trace, and the next process finds the
 * disk as after a kill.
 */
public final class ChaosFileSystem extends LocalDisk {

    static final String SCHEME = "chaos";

    private static final URI NAME = URI.create(SCHEME + ":///");

    /** The changes of the process to the disk, and its fault; shared by all instances, since they are one disk. */
    private static final class Life {
        private Optional<Fault> fault = Optional.empty();
        private boolean isDead;
        private int commits;
        private int writes;
    }

    private static final Life LIFE = new Life();

    @Override
    public URI getUri() {
        return NAME;
    }

    @Override
    public String getScheme() {
        return SCHEME;
    }

    /** Begins a process that dies at the given fault. */
    static void live(Fault fault) {
        begin(Optional.of(fault));
    }

    /** Begins a process without a fault. */
    static void revive() {
        begin(Optional.empty());
    }

    private static void begin(Optional<Fault> fault) {
        synchronized (LIFE) {
            LIFE.fault = fault;
            LIFE.isDead = false;
            LIFE.commits = 0;
            LIFE.writes = 0;
        }
    }

    static boolean isDead() {
        synchronized (LIFE) {
            return LIFE.isDead;
        }
    }

    /** Number of commits to tables since the process began. */
    static int commits() {
        synchronized (LIFE) {
            return LIFE.commits;
        }
    }

    private static void requireLife() throws IOException {
        if (isDead()) {
            throw new IOException("this process is dead");
        }
    }

    /** A change of the disk. */
    private interface Change {
        boolean run() throws IOException;
    }

    /** Runs a change, unless the process dies before it; dies after it if that is the fault. */
    private static boolean change(boolean isCommit, Change change) throws IOException {
        synchronized (LIFE) {
            requireLife();
            if (isDue(isCommit, Fault.Moment.BEFORE)) {
                LIFE.isDead = true;
                requireLife();
            }
            boolean done = change.run();
            boolean dies = isDue(isCommit, Fault.Moment.AFTER);
            LIFE.commits += isCommit ? 1 : 0;
            LIFE.writes = isCommit ? 0 : LIFE.writes + 1;
            if (dies) {
                LIFE.isDead = true;
                requireLife();
            }
            return done;
        }
    }

    private static boolean isDue(boolean isCommit, Fault.Moment moment) {
        return LIFE.fault
                .filter(fault -> fault.isDue(isCommit, LIFE.commits, LIFE.writes, moment))
                .isPresent();
    }

    private static boolean isCommit(Path path) {
        return path.getParent() != null
                && path.getParent().getName().equals("_delta_log")
                && path.getName().matches("\\d{20}\\.json");
    }

    @Override
    public boolean rename(Path from, Path to) throws IOException {
        return change(isCommit(to), () -> super.rename(from, to));
    }

    @Override
    public boolean delete(Path path, boolean recursive) throws IOException {
        return change(false, () -> super.delete(path, recursive));
    }

    @Override
    public boolean mkdirs(Path path) throws IOException {
        requireLife();
        return super.mkdirs(path);
    }

    @Override
    public boolean mkdirs(Path path, FsPermission permission) throws IOException {
        requireLife();
        return super.mkdirs(path, permission);
    }

    @Override
    public FSDataInputStream open(Path path, int bufferSize) throws IOException {
        requireLife();
        return super.open(path, bufferSize);
    }

    @Override
    public FileStatus getFileStatus(Path path) throws IOException {
        requireLife();
        return super.getFileStatus(path);
    }

    @Override
    public FileStatus[] listStatus(Path path) throws IOException {
        requireLife();
        return super.listStatus(path);
    }

    @Override
    public FSDataOutputStream create(
            Path path, boolean overwrite, int bufferSize, short replication, long blockSize, Progressable progress)
            throws IOException {
        requireLife();
        return mortal(super.create(path, overwrite, bufferSize, replication, blockSize, progress));
    }

    @Override
    public FSDataOutputStream create(
            Path path,
            FsPermission permission,
            boolean overwrite,
            int bufferSize,
            short replication,
            long blockSize,
            Progressable progress)
            throws IOException {
        requireLife();
        return mortal(super.create(path, permission, overwrite, bufferSize, replication, blockSize, progress));
    }

    /** A file that keeps its written bytes when the process dies; the last bytes may be missing. */
    private static FSDataOutputStream mortal(FSDataOutputStream out) throws IOException {
        return new FSDataOutputStream(new MortalFile(out), null);
    }

    private static final class MortalFile extends FilterOutputStream {

        private boolean isClosed;

        MortalFile(OutputStream out) {
            super(out);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            requireLife();
            out.write(bytes, offset, length);
        }

        @Override
        public void close() throws IOException {
            if (isClosed) {
                return;
            }
            isClosed = true;
            if (isDead()) {
                out.close();
                requireLife();
            }
            change(false, () -> {
                out.close();
                return true;
            });
        }
    }
}
