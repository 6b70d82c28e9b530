package io.pigeonhole.jobs.trainers.linear;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pigeonhole.training.FeatureMatch;
import io.pigeonhole.transforms.features.NamedFeature;
import java.util.List;
import org.junit.jupiter.api.Test;

class WarmStartsTest {

    @Test
    void coefficientsInTheNewUnitsGiveTheMarginsOfTheOldOnes() {
        List<NamedFeature> before = List.of(
                new NamedFeature("size", 10, 0.5), new NamedFeature("gone", 0, 1), new NamedFeature("word", 0, 3));
        List<NamedFeature> now = List.of(
                new NamedFeature("word", 0, 4), new NamedFeature("new", 0, 1), new NamedFeature("size", 12, 0.4));
        double[] coefficients = {0.7, 5, -1.1};

        FeatureMatch match = WarmStarts.match(before, now);

        assertThat(match.earlier()).containsExactly(2, -1, 0);
        double[] raw = {2, 1, 17};
        double margin = 0.7 * (17 - 10) * 0.5 - 1.1 * 2 * 3;
        double converted = 0;
        for (int j : new int[] {0, 2}) {
            double coefficient = coefficients[match.earlier()[j]];
            converted += coefficient
                            * match.factors()[j]
                            * (raw[j] - now.get(j).centre())
                            * now.get(j).factor()
                    + coefficient * match.shifts()[j];
        }
        assertThat(converted).isCloseTo(margin, within(1e-12));
    }
}
