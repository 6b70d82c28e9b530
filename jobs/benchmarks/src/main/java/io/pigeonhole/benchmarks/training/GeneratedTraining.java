package io.pigeonhole.benchmarks.training;

import io.pigeonhole.benchmarks.Measurement;
import io.pigeonhole.benchmarks.Work;
import io.pigeonhole.benchmarks.Workplace;
import io.pigeonhole.training.LinearClassifier;
import io.pigeonhole.training.solver.problems.SolverListener;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;

/**
 * Passes of a trainer over generated rows.
 *
 * @param rows number of them
 * @param classes number of them, each as large as the others
 * @param trainer makes the trainer
 * @param solver the method of the trainer
 * @param isHierarchical whether it is told the paths: about the root of the classes below the root, and as many below each
 */
record GeneratedTraining(
        int rows, int classes, Supplier<LinearClassifier> trainer, String solver, boolean isHierarchical)
        implements Work {

    private static final int FEATURES = 20_000;
    private static final int NON_ZEROS = 20;
    /** So few that coordinate ascent leaves no problem to L-BFGS for its slowness. */
    private static final int PASSES = 14;

    @Override
    public Measurement.Report run(Workplace place, String setting) {
        Dataset<Row> data = new GeneratedRows(classes, FEATURES, NON_ZEROS, 0)
                .of(place.spark(), 0, rows, 4)
                .persist(StorageLevel.MEMORY_ONLY());
        data.count();
        LinearClassifier classifier = trainer.get();
        classifier.set(classifier.maxIter(), PASSES);
        classifier.set(classifier.tol(), 1e-12);
        classifier.set(classifier.solver(), solver);
        if (isHierarchical) {
            classifier.set(classifier.pathCol(), "path");
        }
        Passes passes = new Passes();
        classifier.listen(passes);
        classifier.fit(data);
        return new Measurement.Report(
                "this project",
                passes.seconds(),
                Workplace.peakMemoryMiB(),
                Map.of("matrices", (double) passes.byMatrix.size()),
                "");
    }

    /** When passes ended, matrix by matrix: problems that no one matrix holds are solved one part after the other. */
    private static final class Passes implements SolverListener {

        private static final long serialVersionUID = 1L;

        private final List<List<Long>> byMatrix = new ArrayList<>();

        @Override
        public void planned(String description) {
            byMatrix.add(new ArrayList<>());
        }

        @Override
        public void passed(int pass, double objective, int open, int problems) {
            byMatrix.get(byMatrix.size() - 1).add(System.nanoTime());
        }

        double seconds() {
            return byMatrix.stream().mapToDouble(Passes::median).sum();
        }

        /** Of the times from one pass to the next, the first third left out. */
        private static double median(List<Long> ends) {
            double[] times = new double[ends.size() - 1 - ends.size() / 3];
            int first = ends.size() - times.length;
            Arrays.setAll(times, i -> (ends.get(first + i) - ends.get(first + i - 1)) / 1e9);
            Arrays.sort(times);
            return times[times.length / 2];
        }
    }
}
