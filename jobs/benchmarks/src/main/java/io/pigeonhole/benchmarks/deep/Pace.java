package io.pigeonhole.benchmarks.deep;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.Map;

/**
 * How fast examples are learnt from.
 *
 * @param perSecond by wall clock
 * @param perCoreSecond by the processor time of the whole process, which other work on the machine changes less
 */
record Pace(double perSecond, double perCoreSecond) {

    /** A point in time, by wall clock and in the process's processor time, in nanoseconds. */
    record Mark(long wall, long processor) {
        static Mark now() {
            OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
            return new Mark(System.nanoTime(), system.getProcessCpuTime());
        }
    }

    static Pace between(Mark start, Mark end, double examples) {
        return new Pace(
                1e9 * examples / (end.wall() - start.wall()), 1e9 * examples / (end.processor() - start.processor()));
    }

    Map<String, Double> figures() {
        return Map.of("examples/s", perSecond, "examples/core s", perCoreSecond);
    }
}
