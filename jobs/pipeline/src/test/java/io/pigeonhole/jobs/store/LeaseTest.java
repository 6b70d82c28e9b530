package io.pigeonhole.jobs.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pigeonhole.transforms.PipelineException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Only one process at a time holds a store, and a dead process does not keep it. */
class LeaseTest {

    private static final Duration LONG = Duration.ofMinutes(5);
    private static final Lease.Timing PATIENT = new Lease.Timing(Duration.ofMillis(50), LONG, LONG);

    @TempDir
    private java.nio.file.Path folder = java.nio.file.Path.of("none");

    private LeaseFiles files() throws IOException {
        return new LeaseFiles(new Path(folder.resolve("_lease").toUri()), new Configuration());
    }

    private Lease take(Holder holder, Lease.Timing timing) throws IOException {
        return Lease.take("tiny-store", files(), holder, timing, waiting -> {});
    }

    private static Holder self() {
        return Holder.ofThisProcess("run", "tiny");
    }

    private static Holder elsewhere() {
        return new Holder("x", "train", "nightly", "ann", "far", 4711, Instant.EPOCH, "another boot", Instant.EPOCH);
    }

    @Test
    void manyWhoWantItAtOnceHaveItOneAfterTheOther() throws Exception {
        AtomicInteger holders = new AtomicInteger();
        ConcurrentLinkedQueue<Integer> seen = new ConcurrentLinkedQueue<>();
        ExecutorService tasks = Executors.newFixedThreadPool(4);
        try {
            List<Future<?>> all = IntStream.range(0, 12)
                    .<Future<?>>mapToObj(i -> tasks.submit(() -> {
                        try (Lease lease = take(self(), PATIENT)) {
                            seen.add(holders.incrementAndGet());
                            Thread.sleep(2);
                            lease.requireHeld();
                            holders.decrementAndGet();
                        }
                        return i;
                    }))
                    .toList();
            for (Future<?> each : all) {
                each.get();
            }
        } finally {
            tasks.shutdownNow();
        }
        assertThat(seen).hasSize(12).containsOnly(1);
        assertThat(files().latest()).isEqualTo(12);
        // the last two leases with their heartbeats; older files are removed
        assertThat(folder.resolve("_lease").toFile().list()).hasSize(4);
    }

    @Test
    void whoIsAliveIsNamedToWhoeverWillNotWait() throws IOException {
        try (Lease lease = take(elsewhere(), new Lease.Timing(LONG, LONG, LONG))) {
            lease.working("train-softmax-0123");
            assertThatThrownBy(() -> take(self(), new Lease.Timing(LONG, LONG, Duration.ZERO)))
                    .isInstanceOf(PipelineException.class)
                    .hasMessageContainingAll(
                            "tiny-store is in use by 'train' of pipeline 'nightly', started by ann on far as process"
                                    + " 4711",
                            "run train-softmax-0123",
                            "store.wait_seconds");
            lease.requireHeld();
        }
        take(self(), new Lease.Timing(LONG, LONG, Duration.ZERO)).close();
    }

    @Test
    void aSilentHolderElsewhereIsTakenForDeadAndToldSoIfItWakesUp() throws IOException {
        // it stays silent: its next heartbeat is minutes away
        Lease silent = take(elsewhere(), new Lease.Timing(LONG, LONG, LONG));
        Lease.Timing shortly = new Lease.Timing(Duration.ofMillis(50), Duration.ofMillis(500), LONG);

        try (Lease taken = take(self(), shortly)) {
            assertThat(taken.predecessor())
                    .hasValueSatisfying(dead -> assertThat(dead.who()).contains("far", "4711"));
            assertThatThrownBy(silent::requireHeld)
                    .isInstanceOf(PipelineException.class)
                    .hasMessageContainingAll("has lost the store", "'run' of pipeline 'tiny'");
            silent.close();
            taken.requireHeld();
        }
    }

    @Test
    void aProcessOfThisMachineThatHasEndedIsNotWaitedFor() throws Exception {
        Process ended = new ProcessBuilder(
                        java.nio.file.Path.of(System.getProperty("java.home"), "bin", "java")
                                .toString(),
                        "-version")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        Instant started = ended.info().startInstant().orElse(Instant.EPOCH);
        ended.waitFor();
        Holder self = self();
        Holder gone =
                new Holder("x", "run", "tiny", "ann", self.host(), ended.pid(), started, self.machine(), Instant.EPOCH);
        assertThat(self.isSurelyGone()).isFalse();
        assertThat(elsewhere().isSurelyGone()).isFalse();
        assertThat(gone.isSurelyGone()).isTrue();
        take(gone, new Lease.Timing(LONG, LONG, LONG));

        try (Lease taken = take(self, new Lease.Timing(Duration.ofMillis(50), LONG, LONG))) {
            assertThat(taken.predecessor()).isPresent();
        }
    }
}
