package io.pigeonhole.jobs.store;

import io.pigeonhole.transforms.PipelineException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The right to write to a store. One process holds it at a time.
 *
 * <p>The holder writes a heartbeat every few seconds. If it dies without releasing the lease, another process on the
 * same machine detects that at once, and a process elsewhere after {@link Timing#expiry} without a heartbeat; the next
 * process then takes the lease over. If the old holder was only suspended, its next commit fails.
 */
public final class Lease implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Lease.class);

    private static final String RELEASED = "released";

    /**
     * Intervals and time limits.
     *
     * @param beat interval between heartbeats
     * @param expiry time without a heartbeat after which a holder counts as dead
     * @param patience longest wait for a holder that is alive
     */
    record Timing(Duration beat, Duration expiry, Duration patience) {

        static Timing waiting(long seconds) {
            return new Timing(Duration.ofSeconds(10), Duration.ofSeconds(60), Duration.ofSeconds(seconds));
        }

        private Duration poll() {
            return beat.dividedBy(5);
        }
    }

    /**
     * A process that ended without releasing the lease.
     *
     * @param who description of the process
     * @param lastSign time of its last heartbeat
     */
    public record Dead(String who, Instant lastSign) {}

    private final String store;
    private final LeaseFiles files;
    private final Holder self;
    private final long number;
    private final Timing timing;
    private final Optional<Dead> predecessor;
    private final ScheduledExecutorService beats;
    private volatile String run = "";

    private Lease(String store, LeaseFiles files, Holder self, long number, Timing timing, Optional<Dead> predecessor) {
        this.store = store;
        this.files = files;
        this.self = self;
        this.number = number;
        this.timing = timing;
        this.predecessor = predecessor;
        this.beats = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "store-lease");
            thread.setDaemon(true);
            return thread;
        });
    }

    /**
     * Acquires the lease, waiting for the present holder.
     *
     * @param store name of the store in messages
     * @param say receives the description of the current holder, once
     * @throws PipelineException (busy) if the holder is alive and does not release the lease in time
     */
    static Lease take(String store, LeaseFiles files, Holder self, Timing timing, Consumer<String> say) {
        long start = System.nanoTime();
        boolean said = false;
        try {
            while (true) {
                try {
                    long latest = files.latest();
                    boolean isFree = latest == 0 || files.lastBeat(latest).equals(RELEASED);
                    Optional<Dead> dead = isFree ? Optional.empty() : dead(files, latest, timing);
                    if (isFree || dead.isPresent()) {
                        Optional<Lease> taken = tryTake(store, files, latest, self, timing, dead);
                        if (taken.isPresent()) {
                            return taken.get();
                        }
                    } else if (System.nanoTime() - start >= timing.patience().toNanos()
                            // if the holder may be dead, wait until that is certain
                            && files.silence(latest).compareTo(timing.beat().multipliedBy(2)) < 0) {
                        throw busy(store, files, latest, timing);
                    } else if (!said) {
                        say.accept("waiting for the store: in use by " + describe(files, latest));
                        said = true;
                    }
                } catch (FileNotFoundException e) {
                    LOG.debug("a lease on store {} was given back while it was looked at", store, e);
                }
                TimeUnit.NANOSECONDS.sleep(timing.poll().toNanos());
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the lease on store " + store + " cannot be read or written", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for store " + store, e);
        }
    }

    private static Optional<Lease> tryTake(
            String store, LeaseFiles files, long latest, Holder self, Timing timing, Optional<Dead> dead)
            throws IOException {
        long number = latest + 1;
        if (!files.create(number, self.toJson())) {
            return Optional.empty();
        }
        // another process may have used and removed this number in the meantime; then there are higher numbers
        if (files.latest() != number) {
            files.remove(number);
            return Optional.empty();
        }
        files.removeBefore(latest);
        Lease lease = new Lease(store, files, self, number, timing, dead);
        lease.beat();
        long beat = timing.beat().toMillis();
        ScheduledFuture<?> unused = lease.beats.scheduleWithFixedDelay(lease::beat, beat, beat, TimeUnit.MILLISECONDS);
        return Optional.of(lease);
    }

    private static Optional<Dead> dead(LeaseFiles files, long number, Timing timing) throws IOException {
        boolean isGone = files.holder(number).filter(Holder::isSurelyGone).isPresent()
                || files.silence(number).compareTo(timing.expiry()) > 0;
        return isGone
                ? Optional.of(new Dead(describe(files, number), Instant.ofEpochMilli(files.lastSign(number))))
                : Optional.empty();
    }

    private static String describe(LeaseFiles files, long number) throws IOException {
        String run = files.lastBeat(number);
        return files.holder(number).map(Holder::description).orElse("an unknown process")
                + (run.isEmpty() || run.equals(RELEASED) ? "" : ", run " + run);
    }

    private static PipelineException busy(String store, LeaseFiles files, long number, Timing timing)
            throws IOException {
        return StoreErrors.inUse(store, describe(files, number), files.silence(number), timing);
    }

    /** The dead process whose lease this one took over, if any. */
    public Optional<Dead> predecessor() {
        return predecessor;
    }

    /** Shows the current run to waiting processes. */
    void working(String runId) {
        run = runId;
        beat();
    }

    private void beat() {
        try {
            if (files.latest() == number) {
                files.beat(number, run);
            }
        } catch (IOException | RuntimeException e) {
            LOG.warn("no sign of life could be written to the lease on store {}: {}", store, e.toString());
        }
    }

    /** @throws PipelineException (busy) if another process has taken the lease over */
    void requireHeld() {
        try {
            long latest = files.latest();
            if (latest != number) {
                throw StoreErrors.lost(store, describe(files, latest), timing.expiry());
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the lease on store " + store + " cannot be read", e);
        }
    }

    /** Releases the lease. */
    @Override
    public void close() {
        beats.shutdownNow();
        try {
            if (beats.awaitTermination(timing.expiry().toMillis(), TimeUnit.MILLISECONDS) && files.latest() == number) {
                files.beat(number, RELEASED);
            }
        } catch (IOException e) {
            LOG.warn("the lease on store {} could not be given back, and runs out by itself: {}", store, e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            self.end();
        }
    }
}
