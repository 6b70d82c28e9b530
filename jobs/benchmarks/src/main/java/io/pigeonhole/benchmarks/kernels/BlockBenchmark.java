package io.pigeonhole.benchmarks.kernels;

import io.pigeonhole.training.solver.kernels.Kernel;
import io.pigeonhole.training.solver.kernels.PlainKernel;
import io.pigeonhole.training.solver.kernels.VectorKernel;
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

/** The products of a pass, over all blocks, sparse ones and dense ones. */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(value = 1, jvmArgsAppend = "-Xmx3g")
@Warmup(iterations = 1, time = 1)
@Measurement(iterations = 3, time = 1)
public class BlockBenchmark {

    @Param({"clinc150", "kdd99"})
    public String shape = "";

    @Param({"vector", "plain"})
    public String kernel = "";

    private Kernel loops = Kernel.best();
    private Shape measures = Shape.of("clinc150");
    private List<Block> blocks = List.of();
    private float[] matrix = {};
    private float[] margins = {};
    private long bytesOfRows;
    private long coefficientsTouched;

    @Setup
    public void make() {
        loops = kernel(kernel);
        measures = Shape.of(shape);
        blocks = measures.blocks();
        matrix = measures.matrix(measures.features());
        margins = measures.matrix(Block.ROWS);
        bytesOfRows = Shape.bytes(blocks);
        long rowsOfMatrix = Shape.matrixRows(blocks);
        // a matrix of few features stays in a cache
        coefficientsTouched = measures.features() < Block.ROWS ? 0 : rowsOfMatrix * measures.stride();
    }

    static Kernel kernel(String name) {
        return name.equals("vector") ? new VectorKernel() : new PlainKernel();
    }

    @Benchmark
    public float[] margins(Done done) {
        for (Block block : blocks) {
            loops.margins(block, matrix, measures.stride(), 0, measures.stride(), margins);
        }
        done.add(measures.product(), bytesOfRows + Float.BYTES * coefficientsTouched);
        return margins;
    }

    /** Elements of the gradient are read and written. */
    @Benchmark
    public float[] gradient(Done done) {
        for (Block block : blocks) {
            loops.gradient(block, margins, measures.stride(), 0, measures.stride(), matrix);
        }
        done.add(measures.product(), bytesOfRows + 2 * Float.BYTES * coefficientsTouched);
        return matrix;
    }
}
