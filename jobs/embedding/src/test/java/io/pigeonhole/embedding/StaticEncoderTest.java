package io.pigeonhole.embedding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class StaticEncoderTest {

    private static final float[][] VECTORS = {{2, 0, 1}, {0, 1, 3}, {4, -2, 0}, {1, 5, 2}, {-3, 1, 1}, {2, 2, -4}};

    /** Ids of red, green, blue, apple, pear and ##s. */
    private static final List<Integer> IDS = List.of(4, 5, 6, 7, 8, 9);

    private final StaticTable table = Distillation.reduced(IDS, VECTORS, TinyModels.TOKENS.size());

    /** The numbers come from NumPy: eigh of the covariances, p by the rank with a harmonic sum, and a = 1e-4. */
    @Test
    void theTableHasTheWeightedPrincipalComponents() {
        assertThat(table.size()).isEqualTo(3);
        assertThat(table.tokens()).isEqualTo(TinyModels.TOKENS.size());
        double[][] expected = {
            {0, 0, 0},
            {2.2465439936e-4, -3.124574837556e-4, 9.24980848397e-5},
            {-1.0024831556696e-3, -8.4814302026e-4, 1.461649598792e-4}
        };
        for (int token = 3; token < 6; token++) {
            for (int i = 0; i < 3; i++) {
                assertThat(table.values()[3 * token + i]).isCloseTo((float) expected[token - 3][i], within(1e-9f));
            }
        }
    }

    @Test
    void aTextIsTheMeanOfItsTokens() {
        WordPiece tokenizer = WordPiece.parse("vocab.txt", TinyModels.vocabulary());
        StaticTable stored = StaticTable.of("table", table.bytes());
        StaticEncoder encoder = new StaticEncoder(tokenizer, stored, 16);
        float[] vector = encoder.encode("Green unknown pear");
        double[] expected = {-0.7960255853, -0.1750548897, -0.5793954203};
        for (int i = 0; i < 3; i++) {
            assertThat(vector[i]).isCloseTo((float) expected[i], within(1e-6f));
        }
        assertThat(encoder.encode("unknown")).containsExactly(0f, 0f, 0f);
        assertThat(new StaticEncoder(tokenizer, stored, 3).encode("green pear"))
                .as("cut off after the first word")
                .isEqualTo(encoder.encode("green"));
    }

    /** Variances along the components are those of the rows as a whole, and the components are orthogonal. */
    @Test
    void componentsOfLargeMatricesKeepAllDistances() {
        Random random = new Random(1);
        float[][] rows = new float[60][40];
        for (float[] row : rows) {
            for (int i = 0; i < row.length; i++) {
                row[i] = (float) ((i + 1) * random.nextGaussian());
            }
        }
        PrincipalComponents components = PrincipalComponents.of(rows, 40);
        double[] one = components.project(rows[0]);
        double[] other = components.project(rows[1]);
        double before = 0;
        double after = 0;
        for (int i = 0; i < 40; i++) {
            before += Math.pow((double) rows[0][i] - rows[1][i], 2);
            after += Math.pow(one[i] - other[i], 2);
        }
        assertThat(after).isCloseTo(before, within(1e-9 * before));
    }
}
