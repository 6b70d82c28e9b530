package io.pigeonhole.training.nearby;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClassProblemTest {

    /** Rows (2 1 0), (1 2 0) of class 0 and (0 1 2), (0 2 2) of class 1, divided by the root of their mean squared length. */
    private static final FewRows ROWS = rows();

    private static FewRows rows() {
        float[] values = {2, 1, 1, 2, 1, 2, 2, 2};
        double scale = Math.sqrt(23 / 4.0);
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (values[i] / scale);
        }
        return new FewRows(
                3,
                new int[] {0, 2, 4},
                new int[] {0, 2, 4, 6, 8},
                new int[] {0, 1, 0, 1, 1, 2, 1, 2},
                values,
                new float[] {1, 1, 1, 1},
                new byte[4],
                scale);
    }

    /** The least objectives are those that SciPy's BFGS finds from zero. */
    @ParameterizedTest
    @CsvSource({"1, 0, 2.26883553", "1, 1, 1.78091177", "3, 0, 2.99070664", "3, 1, 2.25030075"})
    void theObjectiveIsTheLeast(float cost, int label, double least) {
        float[] costs = new float[4];
        Arrays.fill(costs, cost);
        Neighbours neighbours = Neighbours.of(ROWS, ClassIndex.of(ClassMeans.of(ROWS, costs), 3));
        double[] w = new double[3];
        ClassProblem.Learnt learnt = new ClassProblem(ROWS, costs, neighbours).learn(label, w);

        assertThat(learnt.objective()).isCloseTo(least, within(2e-3 * least));
        assertThat(learnt.isOpen()).isFalse();
        assertThat(w).containsOnly(0);
    }

    @Test
    void theNearestClassOfEachRowIsTheOther() {
        Neighbours neighbours = Neighbours.of(ROWS, ClassIndex.of(ClassMeans.of(ROWS, new float[] {1, 1, 1, 1}), 3));
        assertThat(neighbours.starts()).containsExactly(0, 2, 4);
        assertThat(neighbours.rows()).containsExactly(2, 3, 0, 1);
    }

    @Test
    void vectorsAreAddedElementByElement() {
        ClassVector one = new ClassVector(new int[] {1, 4}, new float[] {2, 1});
        ClassVector other = new ClassVector(new int[] {0, 4, 7}, new float[] {1, -0.5f, 3});
        ClassVector sum = one.plus(other, 2, 10);
        assertThat(sum.features()).containsExactly(0, 1, 7);
        assertThat(sum.values()).containsExactly(20, 20, 60);
    }
}
