package io.pigeonhole.benchmarks.kernels;

import io.pigeonhole.training.solver.kernels.Kernel;
import io.pigeonhole.training.solver.rows.Rows;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What dual coordinate ascent does with a row, over all rows in random order. */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(value = 1, jvmArgsAppend = "-Xmx3g")
@Warmup(iterations = 1, time = 1)
@Measurement(iterations = 3, time = 1)
public class RowBenchmark {

    /** Of a step in {@link Kernel#logisticStep}: exponential, logarithm, and four more. */
    private static final int OF_STEP = 20;

    @Param({"vector", "plain"})
    public String kernel = "";

    private final Shape measures = Shape.of("clinc150");
    private Kernel loops = Kernel.best();
    private final Rows rows = Rows.of(measures.blocks());
    private final int[] order = new int[measures.rows()];
    private float[] coefficients = {};
    private float[] margins = {};
    private float[] duals = {};
    private final float[] ones = new float[measures.stride()];
    private final float[] losses = new float[measures.stride()];
    private final float[] gaps = new float[measures.stride()];

    @Setup
    public void make() {
        loops = BlockBenchmark.kernel(kernel);
        SplittableRandom random = new SplittableRandom(1);
        Arrays.setAll(order, i -> random.nextInt(order.length));
        coefficients = measures.matrix(measures.features());
        margins = measures.matrix(1);
        duals = new float[measures.rows() * measures.stride()];
        Arrays.fill(ones, 1f);
    }

    @Setup(Level.Iteration)
    public void again() {
        Arrays.fill(duals, -0.5f);
        Arrays.fill(losses, 0f);
        Arrays.fill(gaps, 0f);
    }

    private long bytes(int touches) {
        return (long) rows.values().length * (Float.BYTES + Integer.BYTES + touches * Float.BYTES * measures.stride());
    }

    @Benchmark
    public float[] margins(Done done) {
        for (int row : order) {
            Arrays.fill(margins, 0f);
            loops.margins(rows, row, coefficients, measures.stride(), 0, measures.stride(), margins);
        }
        done.add(measures.product(), bytes(1));
        return margins;
    }

    @Benchmark
    public float[] update(Done done) {
        for (int row : order) {
            loops.update(rows, row, margins, measures.stride(), 0, measures.stride(), coefficients);
        }
        done.add(measures.product(), bytes(2));
        return coefficients;
    }

    @Benchmark
    public float[] logisticStep(Done done) {
        for (int row : order) {
            System.arraycopy(coefficients, row * measures.stride(), margins, 0, margins.length);
            loops.logisticStep(margins, duals, row * measures.stride(), ones, ones, losses, gaps);
        }
        done.add(
                (long) order.length * measures.columns() * OF_STEP,
                2L * order.length * Float.BYTES * measures.stride());
        return gaps;
    }
}
