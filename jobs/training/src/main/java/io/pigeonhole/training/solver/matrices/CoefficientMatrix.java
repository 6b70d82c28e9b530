package io.pigeonhole.training.solver.matrices;

import java.util.List;
import java.util.Optional;
import org.apache.spark.api.java.JavaRDD;

/**
 * The coefficients of a solution: {@code dimension + 1} rows, the last one the intercepts, and one column for each of the
 * layout's.
 */
public sealed interface CoefficientMatrix extends AutoCloseable {

    /** The whole matrix in this process, row by row. */
    float[] toArray();

    /** Its parts on the executors, each entry in one of them; absent if the matrix is in this process. */
    Optional<JavaRDD<CoefficientRows>> parts();

    /** Releases the executors' memory. */
    @Override
    void close();

    /** In this process. */
    @SuppressWarnings("ArrayRecordComponent") // a large buffer, never compared
    record Local(float[] values) implements CoefficientMatrix {

        @Override
        public float[] toArray() {
            return values;
        }

        @Override
        public Optional<JavaRDD<CoefficientRows>> parts() {
            return Optional.empty();
        }

        @Override
        public void close() {}
    }

    /**
     * On the executors, slice by slice.
     *
     * @param stored the slices, of some columns each
     * @param cached what holds them in the executors' memory
     */
    record Remote(int rows, int columns, List<JavaRDD<CoefficientRows>> stored, List<? extends JavaRDD<?>> cached)
            implements CoefficientMatrix {

        @Override
        public float[] toArray() {
            long elements = (long) rows * columns;
            if (elements > Integer.MAX_VALUE - 8) {
                throw new IllegalStateException(elements + " coefficients do not fit one array; read them by parts");
            }
            float[] matrix = new float[(int) elements];
            for (JavaRDD<CoefficientRows> columnsLeft : stored) {
                columnsLeft.toLocalIterator().forEachRemaining(part -> part.copyTo(matrix, columns, 0));
            }
            return matrix;
        }

        @Override
        public Optional<JavaRDD<CoefficientRows>> parts() {
            return stored.stream().reduce(JavaRDD::union);
        }

        @Override
        public void close() {
            cached.forEach(JavaRDD::unpersist);
        }
    }
}
