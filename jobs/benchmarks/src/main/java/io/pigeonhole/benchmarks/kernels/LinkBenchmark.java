package io.pigeonhole.benchmarks.kernels;

import io.pigeonhole.training.solver.kernels.FastMath;
import io.pigeonhole.training.solver.passes.Residuals;
import io.pigeonhole.training.solver.rows.Block;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The residuals of a block: margins in, derivatives of the loss and its value out. Counted as the multiply-adds of the
 * polynomials in {@link FastMath}; divisions and the rest come on top.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(value = 1, jvmArgsAppend = "-Xmx3g")
@Warmup(iterations = 1, time = 1)
@Measurement(iterations = 3, time = 1)
public class LinkBenchmark {

    private static final int OF_EXPONENTIAL = 10;
    private static final int OF_LOGARITHM = 6;

    @Param({"clinc150", "kdd99"})
    public String shape = "";

    private Shape measures = Shape.of("clinc150");
    private Block block = Block.of(List.of());
    private float[] given = {};
    private float[] margins = {};
    private double[] losses = {};
    private Residuals logistic = new Residuals(measures.objective(true), measures.stride());
    private Residuals softmax = logistic;

    @Setup
    public void make() {
        measures = Shape.of(shape);
        block = measures.blocks().get(0);
        given = measures.matrix(Block.ROWS);
        margins = given.clone();
        losses = new double[measures.columns()];
        logistic = new Residuals(measures.objective(true), measures.stride());
        softmax = new Residuals(measures.objective(false), measures.stride());
    }

    @Benchmark
    public float[] logistic(Done done) {
        return residuals(logistic, OF_EXPONENTIAL + OF_LOGARITHM + 1, done);
    }

    @Benchmark
    public float[] softmax(Done done) {
        return residuals(softmax, OF_EXPONENTIAL, done);
    }

    private float[] residuals(Residuals residuals, int multiplyAdds, Done done) {
        System.arraycopy(given, 0, margins, 0, given.length);
        residuals.of(block, margins, losses);
        done.add((long) block.size() * measures.columns() * multiplyAdds, 0);
        return margins;
    }
}
