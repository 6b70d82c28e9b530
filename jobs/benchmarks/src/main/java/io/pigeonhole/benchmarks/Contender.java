package io.pigeonhole.benchmarks;

import java.util.List;

/** One way to do a benchmark's work; each run of it is a process of its own, so that memory and warm-up are its own. */
public sealed interface Contender {

    /** Unique within its benchmark. */
    String name();

    /**
     * Settings to try, the quickest first: the first whose objective comes near enough to the best known is what the
     * contender is measured at. One empty setting where there is nothing to choose.
     */
    List<String> settings();

    /** Contenders that minimise the same function, whose objectives can be compared; empty for none. */
    String objective();

    /** How often it runs at most; long ones run less often than their benchmark says, and the page tells. */
    int mostRuns();

    /** Limits the runs of a contender that takes long. */
    Contender atMost(int runs);

    /** A JVM with a heap of the given size. */
    record Java(String name, List<String> settings, String objective, int mostRuns, int heapMiB, Work work)
            implements Contender {
        public Java {
            settings = List.copyOf(settings);
        }

        @Override
        public Contender atMost(int runs) {
            return new Java(name, settings, objective, runs, heapMiB, work);
        }
    }

    /**
     * A Python process, of the virtual environment that the script {@code run} makes.
     *
     * @param script name of a file below {@code src/main/python}; it gets the arguments, then the setting, and prints the
     *     report as its last line
     */
    record Python(
            String name, List<String> settings, String objective, int mostRuns, String script, List<String> arguments)
            implements Contender {
        public Python {
            settings = List.copyOf(settings);
            arguments = List.copyOf(arguments);
        }

        @Override
        public Contender atMost(int runs) {
            return new Python(name, settings, objective, runs, script, arguments);
        }
    }

    /** A JVM that does one thing. */
    static Contender java(String name, int heapMiB, Work work) {
        return new Java(name, List.of(""), "", Integer.MAX_VALUE, heapMiB, work);
    }

    /** A Python process that does one thing. */
    static Contender python(String name, String script, String... arguments) {
        return new Python(name, List.of(""), "", Integer.MAX_VALUE, script, List.of(arguments));
    }
}
