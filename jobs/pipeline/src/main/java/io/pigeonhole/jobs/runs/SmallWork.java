package io.pigeonhole.jobs.runs;

import java.util.HashMap;
import java.util.Map;
import org.apache.spark.sql.RuntimeConfig;

/**
 * Settings of Spark SQL for a job over little data, where planning and starting tasks cost more than the rows. They hold
 * until {@link #end}. The tables are the same with and without them.
 */
final class SmallWork {

    /** Most bytes that a job reads, compressed, to count as small. */
    private static final long MOST_BYTES = 16L << 20;

    /** Adaptive execution runs a job for each stage, and a table that one task reads needs no shuffle into several. */
    private static final Map<String, String> SETTINGS =
            Map.of("spark.sql.adaptive.enabled", "false", "spark.sql.shuffle.partitions", "1");

    private final Session session;
    private final Map<String, String> before = new HashMap<>();

    private SmallWork(Session session) {
        this.session = session;
    }

    /** Applies the settings if the plan says that the job reads little; settings of the configuration stay. */
    static SmallWork begin(Session session, Plan plan) {
        SmallWork small = new SmallWork(session);
        if (isSmall(plan)) {
            RuntimeConfig conf = session.spark().conf();
            SETTINGS.forEach((key, value) -> {
                if (!session.config().spark().containsKey(key)) {
                    small.before.put(key, conf.get(key));
                    conf.set(key, value);
                }
            });
        }
        return small;
    }

    private static boolean isSmall(Plan plan) {
        return !plan.reads().isEmpty()
                && plan.reads().stream().allMatch(amount -> amount.bytes().isPresent())
                && plan.reads().stream()
                                .mapToLong(amount -> amount.bytes().orElse(0L))
                                .sum()
                        <= MOST_BYTES;
    }

    /** Restores the settings. */
    void end() {
        if (!before.isEmpty()) {
            before.forEach(session.spark().conf()::set);
        }
    }
}
