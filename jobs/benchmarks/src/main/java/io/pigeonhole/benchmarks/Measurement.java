package io.pigeonhole.benchmarks;

import java.util.Map;
import java.util.TreeMap;

/**
 * One run of one contender.
 *
 * @param benchmark name of the benchmark
 * @param contender name of the contender
 * @param setting which of the contender's settings, such as its tolerance; empty where it has but one
 * @param run from 1
 * @param date day, in UTC
 * @param revision of the project's code
 * @param machine processor, cores and memory
 * @param report what the contender measured
 */
public record Measurement(
        String benchmark,
        String contender,
        String setting,
        int run,
        String date,
        String revision,
        String machine,
        Report report) {

    /**
     * What a contender says of its run.
     *
     * @param version of the program
     * @param seconds that the work took; not the start of the process, nor making or reading the data
     * @param peakMemoryMiB most memory resident in the process by then
     * @param figures what else was measured, by name
     * @param note what the reader must know, such as what was extrapolated; may be empty
     */
    public record Report(
            String version, double seconds, double peakMemoryMiB, Map<String, Double> figures, String note) {

        /** Figure: value of the objective that the contender minimised, penalty included. */
        public static final String OBJECTIVE = "objective";

        public Report {
            figures = new TreeMap<>(figures);
        }
    }

    boolean isOf(Contender other) {
        return contender.equals(other.name());
    }
}
