package io.pigeonhole.deep.learning;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import scala.Tuple2;

/**
 * How the differences of many tasks are added up: a tree of two levels. Tasks form about as many groups as a group has
 * members; executors add up each group's, so that the driver takes in and adds the square root of what it otherwise would. Few
 * tasks go to the driver directly. The order of additions depends on the number of tasks alone.
 */
final class GroupSums {

    /** Tasks whose differences the driver adds up by itself. */
    static final int DIRECT = 8;

    private GroupSums() {}

    /** The outcomes in the order of their tasks; of each group, the first has the sum and the others have nothing. */
    static JavaRDD<LocalSteps.Outcome> byGroups(JavaRDD<LocalSteps.Outcome> outcomes, int tasks, int size, int width) {
        if (tasks <= DIRECT) {
            return outcomes;
        }
        int members = (int) Math.ceil(Math.sqrt(tasks));
        int groups = (tasks + members - 1) / members;
        return outcomes.mapToPair(outcome -> new Tuple2<>(outcome.task() / members, outcome))
                .groupByKey(groups)
                .values()
                .flatMap(group -> ofGroup(group, size, width));
    }

    private static Iterator<LocalSteps.Outcome> ofGroup(Iterable<LocalSteps.Outcome> group, int size, int width) {
        List<LocalSteps.Outcome> outcomes = new ArrayList<>();
        group.forEach(outcomes::add);
        outcomes.sort(Comparator.comparing(LocalSteps.Outcome::task));
        Difference sum = Difference.sum(
                outcomes.stream().map(LocalSteps.Outcome::difference).toList(), size, width);
        outcomes.replaceAll(outcome -> outcome.withSum(LocalSteps.NOTHING));
        outcomes.set(0, outcomes.get(0).withSum(sum));
        return outcomes.iterator();
    }
}
