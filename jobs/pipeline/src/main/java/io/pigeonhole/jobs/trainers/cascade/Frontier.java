package io.pigeonhole.jobs.trainers.cascade;

import io.pigeonhole.jobs.configuration.TrainerConfig;
import io.pigeonhole.jobs.models.TrainedModel;
import io.pigeonhole.training.cascade.CascadePoint;
import io.pigeonhole.training.cascade.CascadeRule;
import io.pigeonhole.training.cascade.ClopperPearson;
import io.pigeonhole.training.cascade.Tally;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.jspecify.annotations.Nullable;

/**
 * The rules from the first model alone to the second alone, with the chosen one.
 *
 * @param points by falling threshold
 * @param chosen the threshold of the chosen rule
 */
record Frontier(List<CascadePoint> points, double chosen, TrainerConfig.Cascade trainer) {

    /** Budgets of 0, 5, ..., 100 % of the rows. */
    private static final int STEPS = 20;

    static Frontier of(CascadeRule rule, List<Tally> choosing, List<Tally> certifying, TrainerConfig.Cascade trainer) {
        List<CascadePoint> points = new ArrayList<>(rule.frontier(choosing, certifying, STEPS));
        if (points.stream().noneMatch(point -> point.threshold() == rule.threshold())) {
            points.add(rule.on(certifying));
        }
        points.sort(Comparator.comparing(CascadePoint::threshold).reversed());
        return new Frontier(List.copyOf(points), rule.threshold(), trainer);
    }

    /** The rows of the table. */
    List<Row> rows(TrainedModel version) {
        return IntStream.range(0, points.size()).mapToObj(i -> row(version, i)).toList();
    }

    private Row row(TrainedModel version, int place) {
        CascadePoint point = points.get(place);
        boolean isChosen = point.threshold() == chosen;
        double confidence = trainer.confidenceLevel();
        double ofSide = (1 + confidence) / 2;
        return RowFactory.create(
                version.model(),
                version.version(),
                place + 1,
                point.threshold(),
                point.rows(),
                point.share(),
                cost(point),
                point.accuracy(),
                ClopperPearson.lower(point.right(), point.rows(), ofSide),
                ClopperPearson.upper(point.right(), point.rows(), ofSide),
                points.subList(0, place).stream().noneMatch(before -> before.right() > point.right()),
                isChosen,
                isChosen ? point.certified(confidence) : null,
                isChosen ? confidence : null);
    }

    private @Nullable Double cost(CascadePoint point) {
        return trainer.costs()
                .map(costs -> costs.first() + point.share() * costs.second())
                .orElse(null);
    }
}
