package io.pigeonhole.benchmarks.deep;

import static org.assertj.core.api.Assertions.assertThat;

import io.pigeonhole.benchmarks.deep.PlainNetwork.Convolutions;
import io.pigeonhole.deep.network.NetworkSpec;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PlainNetworkTest {

    /** Weights and biases: 9 * 32 + 32, 9 * 32 * 64 + 64, 7 * 7 * 64 * 24 + 24, 24 * 10 + 10. */
    @ParameterizedTest
    @EnumSource
    void has_the_parameters_of_the_network_that_it_stands_for(Convolutions convolutions) {
        NetworkSpec.Cnn cnn = new NetworkSpec.Cnn(28, 28, 1, List.of(32, 64), 3, 24, 0.1, false, 0, true);
        assertThat(PlainNetwork.of(cnn, convolutions).numParams()).isEqualTo(320 + 18_496 + 75_288 + 250);
    }
}
