package io.pigeonhole.transforms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class DecisionNodesTest {

    private static final Offset<Double> ROUNDING = within(1e-15);

    /** Unequal depths; b is a class and has two below it; c has a single child. */
    private static final DecisionNodes NODES = new DecisionNodes(Taxonomy.ofPaths(Map.of(
            "a", List.of("a"),
            "b", List.of("b"),
            "b1", List.of("b", "b1"),
            "b2", List.of("b", "b2"),
            "c1", List.of("c", "c1"))));

    @Test
    void aDecisionIsTakenWhereThereIsAChoiceAndAClassThatIsAnInnerNodeIsAChildOfItself() {
        assertThat(NODES.names()).containsExactly("", "b");
        assertThat(List.of(NODES.start(0), NODES.end(0), NODES.start(1), NODES.end(1)))
                .as("a, b, c; b itself, b1, b2")
                .containsExactly(0, 3, 3, 6);
        assertThat(List.of(0, 1, 2, 3, 4))
                .map(NODES::path)
                .containsExactly(new int[] {0}, new int[] {1, 3}, new int[] {1, 4}, new int[] {1, 5}, new int[] {2});
        assertThat(NODES.node(2)).isZero();
        assertThat(NODES.node(3)).isOne();
    }

    @Test
    void aClassHasTheProductOfTheSharesOnItsPath() {
        double[] shares = {0.2, 0.5, 0.3, 0.1, 0.3, 0.6};
        double[] probabilities = NODES.probabilities(shares);
        assertThat(probabilities).containsExactly(new double[] {0.2, 0.05, 0.15, 0.3, 0.3}, ROUNDING);
        assertThat(NODES.shares(probabilities)).containsExactly(shares, ROUNDING);
    }

    @Test
    void aFlatTaxonomyIsOneDecisionBetweenAllClasses() {
        DecisionNodes flat = new DecisionNodes(Taxonomy.flat(List.of("x", "y", "z")));
        assertThat(flat.names()).containsExactly("");
        assertThat(flat.children()).isEqualTo(3);
        double[] probabilities = {0.5, 0.25, 0.25};
        assertThat(flat.probabilities(probabilities)).containsExactly(probabilities);
    }
}
