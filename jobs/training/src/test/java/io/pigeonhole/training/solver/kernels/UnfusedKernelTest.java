package io.pigeonhole.training.solver.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import io.pigeonhole.training.solver.rows.Block;
import io.pigeonhole.training.solver.rows.TrainingRow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The kernel of a machine without fused multiply-add, in a JVM that is told not to use it. */
class UnfusedKernelTest {

    private static final int ROWS = 500;
    private static final int FEATURES = 200;
    private static final int STRIDE = 64;

    /** So many products that emulating them, at 3 microseconds each, would take three minutes. */
    private static final int REPETITIONS = 100;

    @TempDir
    private Path folder;

    /** Run in the other JVM: prints what it computed, as lines of name and value. */
    static final class Program {

        private Program() {}

        public static void main(String[] arguments) {
            Random random = new Random(7);
            Block block = Block.of(rows(random));
            float[] coefficients = new float[FEATURES * STRIDE];
            for (int i = 0; i < coefficients.length; i++) {
                coefficients[i] = (float) random.nextGaussian();
            }
            float[] margins = {};
            for (int i = 0; i < REPETITIONS; i++) {
                margins = new float[ROWS * STRIDE];
                Kernel.best().margins(block, coefficients, STRIDE, 0, STRIDE, margins);
            }
            System.out.println("kernel " + Kernel.best().getClass().getSimpleName());
            // the square is not a float: one rounding leaves its last bits, two leave none
            float a = 1 + 1f / (1 << 13);
            System.out.println("rest " + MultiplyAdd.of(a, a, -(a * a)));
            System.out.println("margins " + largestError(block, coefficients, margins));
            float[] exponentials = filled(-20f);
            Kernel.best().exp(exponentials, 0, STRIDE);
            System.out.println("exp " + error(exponentials[0], Math.exp(-20)));
            float[] links = filled(2f);
            float[] losses = filled(0f);
            Kernel.best().logistic(links, 0, STRIDE, 3f, losses);
            System.out.println("logistic " + error(links[0], 3 / (1 + Math.exp(-2))) + " "
                    + error(losses[0], 3 * Math.log1p(Math.exp(2))));
        }

        private static float[] filled(float value) {
            float[] values = new float[STRIDE];
            Arrays.fill(values, value);
            return values;
        }

        private static List<TrainingRow> rows(Random random) {
            List<TrainingRow> rows = new ArrayList<>();
            for (int row = 0; row < ROWS; row++) {
                int[] indices =
                        random.ints(0, FEATURES).distinct().limit(20).sorted().toArray();
                float[] values = new float[indices.length];
                for (int i = 0; i < values.length; i++) {
                    values[i] = random.nextFloat();
                }
                rows.add(new TrainingRow(indices, values, 0, 1f, 0));
            }
            return rows;
        }

        /** Beside sums in double precision. */
        private static double largestError(Block block, float[] coefficients, float[] margins) {
            double[] wanted = new double[ROWS * STRIDE];
            block.forEach((row, feature, value) -> IntStream.range(0, STRIDE)
                    .forEach(c -> wanted[row * STRIDE + c] += (double) value * coefficients[feature * STRIDE + c]));
            return IntStream.range(0, wanted.length)
                    .mapToDouble(i -> Math.abs(margins[i] - wanted[i]))
                    .max()
                    .orElseThrow();
        }

        private static double error(float value, double wanted) {
            return Math.abs(value / wanted - 1);
        }
    }

    private List<String> run(List<String> options) throws IOException, InterruptedException {
        Path output = folder.resolve("output");
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.add(Program.class.getName());
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
        Process process = builder.start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        List<String> lines = Files.readAllLines(output);
        assertThat(process.exitValue()).as(String.join("\n", lines)).isZero();
        return lines;
    }

    private static List<Double> figures(List<String> lines, String name) {
        return lines.stream()
                .filter(line -> line.startsWith(name + " "))
                .flatMap(line -> Stream.of(line.substring(name.length() + 1).split(" ")))
                .map(Double::valueOf)
                .toList();
    }

    @Test
    void aJvmWithoutFusedMultiplyAddComputesTheSameToSinglePrecisionWithoutEmulatingIt() throws Exception {
        List<String> lines = run(List.of("-XX:-UseFMA", "--add-modules=jdk.incubator.vector"));
        assertThat(lines).contains("kernel PlainKernel", "rest 0.0");
        assertThat(figures(lines, "margins")).hasSize(1).allMatch(error -> error < 1e-4);
        assertThat(figures(lines, "exp")).hasSize(1).allMatch(error -> error < 3e-6);
        assertThat(figures(lines, "logistic")).hasSize(2).allMatch(error -> error < 1e-6);
    }

    @Test
    void withFusedMultiplyAddTheRestOfASquareIsNotLost() throws Exception {
        List<String> lines = run(List.of());
        assertThat(figures(lines, "rest")).hasSize(1);
        assertThat(figures(lines, "rest").get(0) != 0).isEqualTo(Machine.HERE.hasFusedMultiplyAdd());
    }
}
