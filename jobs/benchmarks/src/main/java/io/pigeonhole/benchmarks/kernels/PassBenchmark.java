package io.pigeonhole.benchmarks.kernels;

import io.pigeonhole.training.solver.dual.DualAscent;
import io.pigeonhole.training.solver.passes.Pass;
import io.pigeonhole.training.solver.problems.Objective;
import io.pigeonhole.training.solver.rows.Block;
import io.pigeonhole.training.solver.rows.Rows;
import java.util.Arrays;
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
 * Whole passes over the rows, each in one thread: loss and gradient as L-BFGS asks for them, and sweeps of dual coordinate
 * ascent. Counted are the products alone.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(value = 1, jvmArgsAppend = "-Xmx3g")
@Warmup(iterations = 1, time = 1)
@Measurement(iterations = 3, time = 1)
public class PassBenchmark {

    @Param({"clinc150", "kdd99"})
    public String shape = "";

    private Shape measures = Shape.of("clinc150");
    private List<Block> blocks = List.of();
    private Pass pass = pass();
    private Pass.Sums sums = new Pass.Sums(pass);

    private Pass pass() {
        // text against the rest, and dense rows by softmax, as in the benchmarks of the trainers
        Objective objective = measures.objective(measures.nonZeros() < measures.features());
        float[] coefficients = measures.matrix(measures.features() + 1);
        return new Pass(objective, coefficients, measures.stride(), measures.features(), 1f);
    }

    @Setup
    public void make() {
        measures = Shape.of(shape);
        blocks = measures.blocks();
        pass = pass();
        sums = new Pass.Sums(pass);
    }

    /** The coefficients are read, those of a block's features, and the gradient is read and written. */
    @Benchmark
    public double[] lossAndGradient(Done done) {
        sums.clear();
        pass.addTo(sums, blocks.iterator());
        long touched = Shape.matrixRows(blocks) * measures.stride();
        long matrices = measures.features() < Block.ROWS ? 0 : 3 * Float.BYTES * touched;
        done.add(2 * measures.product(), 2 * Shape.bytes(blocks) + matrices);
        return sums.loss();
    }

    /** The rows of a process, which its threads share, and what the ascent needs besides. */
    @State(Scope.Benchmark)
    public static class DualRows {
        final Shape measures = Shape.of("clinc150");
        final Objective objective = measures.objective(true);
        final Rows rows = Rows.of(measures.blocks());
        final double[] totals = new double[measures.columns()];

        @Setup
        public void make() {
            Arrays.fill(totals, measures.rows());
        }
    }

    /** Two epochs and the sweep that closes: margins three times and updates twice, of all columns by each thread. */
    @Benchmark
    public double[] dualEpochs(DualRows dual, Done done) {
        int stride = dual.measures.stride();
        DualAscent ascent = new DualAscent(
                dual.rows,
                dual.objective,
                dual.measures.features(),
                dual.totals,
                new float[dual.measures.columns()],
                true);
        DualAscent.Outcome outcome = ascent.run(null, 1e-9, 3, (epoch, objective, open) -> {});
        long entries = dual.rows.values().length;
        done.add(5 * dual.measures.product(), entries * Float.BYTES * (5L * 2 + 7L * stride));
        return outcome.objectives();
    }
}
