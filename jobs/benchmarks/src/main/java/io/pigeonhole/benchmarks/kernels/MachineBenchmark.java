package io.pigeonhole.benchmarks.kernels;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.ThreadParams;

/** What the machine allows, to all threads together: memory bandwidth, and fused multiply-adds in registers. */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(value = 1, jvmArgsAppend = "-Xmx3g")
@Warmup(iterations = 1, time = 1)
@Measurement(iterations = 3, time = 1)
public class MachineBenchmark {

    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int STEPS = 100_000;
    private static final int ACCUMULATORS = 12;

    /** Three arrays of 400 MiB each, more than any cache holds. */
    @State(Scope.Benchmark)
    public static class Arrays3 {
        static final int LENGTH = 100 << 20;
        final float[] a = filled(0f);
        final float[] b = filled(1f);
        final float[] c = filled(2f);

        private static float[] filled(float value) {
            float[] values = new float[LENGTH];
            Arrays.fill(values, value);
            return values;
        }
    }

    /** {@code a = b + f c}, the triad of McCalpin's STREAM; two arrays are read and one is written. */
    @Benchmark
    public void triad(Arrays3 arrays, ThreadParams thread, Done done) {
        int share = Arrays3.LENGTH / thread.getThreadCount() / SPECIES.length() * SPECIES.length();
        int from = thread.getThreadIndex() * share;
        FloatVector factor = FloatVector.broadcast(SPECIES, 1e-3f);
        for (int i = from; i < from + share; i += SPECIES.length()) {
            FloatVector.fromArray(SPECIES, arrays.c, i)
                    .fma(factor, FloatVector.fromArray(SPECIES, arrays.b, i))
                    .intoArray(arrays.a, i);
        }
        done.add(share, 3L * Float.BYTES * share);
    }

    /** Twelve accumulators: more than the latency of an instruction times how many start in a cycle. */
    @Benchmark
    public float multiplyAdd(Done done) {
        FloatVector x = FloatVector.broadcast(SPECIES, 0.999f);
        FloatVector y = FloatVector.broadcast(SPECIES, 1e-3f);
        FloatVector s0 = FloatVector.broadcast(SPECIES, 0f);
        FloatVector s1 = s0.add(1f);
        FloatVector s2 = s0.add(2f);
        FloatVector s3 = s0.add(3f);
        FloatVector s4 = s0.add(4f);
        FloatVector s5 = s0.add(5f);
        FloatVector s6 = s0.add(6f);
        FloatVector s7 = s0.add(7f);
        FloatVector s8 = s0.add(8f);
        FloatVector s9 = s0.add(9f);
        FloatVector s10 = s0.add(10f);
        FloatVector s11 = s0.add(11f);
        for (int i = 0; i < STEPS; i++) {
            s0 = s0.fma(x, y);
            s1 = s1.fma(x, y);
            s2 = s2.fma(x, y);
            s3 = s3.fma(x, y);
            s4 = s4.fma(x, y);
            s5 = s5.fma(x, y);
            s6 = s6.fma(x, y);
            s7 = s7.fma(x, y);
            s8 = s8.fma(x, y);
            s9 = s9.fma(x, y);
            s10 = s10.fma(x, y);
            s11 = s11.fma(x, y);
        }
        done.add((long) STEPS * ACCUMULATORS * SPECIES.length(), 0);
        FloatVector sum = s0.add(s1)
                .add(s2)
                .add(s3)
                .add(s4)
                .add(s5)
                .add(s6)
                .add(s7)
                .add(s8)
                .add(s9)
                .add(s10)
                .add(s11);
        return sum.lane(0);
    }
}
