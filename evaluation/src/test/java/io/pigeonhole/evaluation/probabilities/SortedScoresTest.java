package io.pigeonhole.evaluation.probabilities;

import static org.assertj.core.api.Assertions.assertThat;

import io.pigeonhole.evaluation.predictions.Block;
import io.pigeonhole.evaluation.predictions.BlockKey;
import io.pigeonhole.evaluation.predictions.LabelledDecision;
import io.pigeonhole.evaluation.predictions.ScanNames;
import io.pigeonhole.evaluation.tables.EvaluationKey;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.spark.unsafe.types.UTF8String;
import org.junit.jupiter.api.Test;

class SortedScoresTest {

    private static final EvaluationKey KEY =
            new EvaluationKey("model", 1, "test", EvaluationKey.ALL, EvaluationKey.LEAF);

    private record Score(double probability, boolean positive) {}

    private static final Comparator<Score> ORDER =
            Comparator.comparingDouble((Score score) -> -score.probability()).thenComparing(score -> !score.positive());

    /** Ties, neighbours that differ in the last bit alone, and all sizes. */
    private static double probability(Random random) {
        return switch (random.nextInt(4)) {
            case 0 -> random.nextInt(5) / 4.0;
            case 1 -> 1 - random.nextInt(8) * Math.ulp(0.5);
            case 2 -> Math.scalb(random.nextDouble(), -random.nextInt(1_000));
            default -> random.nextDouble();
        };
    }

    @Test
    void entries_are_sorted_by_falling_probability_and_positives_come_first_among_equals() {
        Random random = new Random(4);
        double[] probabilities = random.doubles(20_000).toArray();
        boolean[] positives = new boolean[probabilities.length];
        List<Score> expected = new ArrayList<>();
        for (int i = 0; i < probabilities.length; i++) {
            probabilities[i] = probability(random);
            positives[i] = random.nextBoolean();
            expected.add(new Score(probabilities[i], positives[i]));
        }
        expected.sort(ORDER);
        int[] order = IntStream.range(0, probabilities.length).toArray();
        new ScoreOrder(probabilities, positives).sort(order, 0, order.length);
        assertThat(IntStream.of(order).mapToObj(entry -> new Score(probabilities[entry], positives[entry])))
                .isEqualTo(expected);
        assertThat(IntStream.of(order).distinct().count()).isEqualTo(order.length);
    }

    /** Each scan has several blocks of the first class, which overlap with those of the other scans. */
    @Test
    void blocks_of_several_scans_are_merged_into_one_order_class_by_class() {
        Random random = new Random(5);
        List<Block> blocks = new ArrayList<>();
        List<Score> ofFirst = new ArrayList<>();
        List<Score> ofSecond = new ArrayList<>();
        for (int scan = 0; scan < 5; scan++) {
            ScanNames names = new ScanNames();
            ScoreBlocks writer = new ScoreBlocks(names);
            LabelledDecision decision = new LabelledDecision();
            decision.key = names.addKey(KEY);
            decision.listed = true;
            decision.entries = 2;
            decision.classes = new int[] {
                names.classNumber(UTF8String.fromString("first")), names.classNumber(UTF8String.fromString("second"))
            };
            for (int row = 0; row < 10_000; row++) {
                decision.label = decision.classes[random.nextInt(2)];
                decision.probabilities = new double[] {probability(random), probability(random)};
                ofFirst.add(new Score(decision.probabilities[0], decision.label == decision.classes[0]));
                ofSecond.add(new Score(decision.probabilities[1], decision.label == decision.classes[1]));
                writer.add(decision);
            }
            writer.flush(blocks::add);
        }
        blocks.sort(Comparator.comparing(Block::key));
        SortedScores scores = new SortedScores(blocks.iterator());
        ofFirst.sort(ORDER);
        ofSecond.sort(ORDER);
        assertThat(read(scores, "first")).isEqualTo(ofFirst);
        assertThat(read(scores, "second")).isEqualTo(ofSecond);
        assertThat(scores.nextCell()).isNull();
    }

    private static List<Score> read(SortedScores scores, String label) {
        BlockKey cell = Objects.requireNonNull(scores.nextCell());
        assertThat(cell.label()).isEqualTo(label);
        List<Score> read = new ArrayList<>();
        scores.begin(cell);
        for (SortedScores.Cursor cursor = scores.next(); cursor != null; cursor = scores.next()) {
            read.add(new Score(cursor.probability(), cursor.positive()));
        }
        return read;
    }
}
