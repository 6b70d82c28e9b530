package io.pigeonhole.benchmarks.scale;

import static io.pigeonhole.benchmarks.Contender.python;

import io.pigeonhole.benchmarks.Bar;
import io.pigeonhole.benchmarks.Benchmark;
import io.pigeonhole.benchmarks.Contender;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What small work costs: whole processes, from their start to their end. */
public final class SmallBenchmarks {

    private static final String SCRIPT = "small.py";
    private static final String RUN = "run";
    private static final String COUNTED = "run, counted";
    private static final String NOTHING = "run, nothing to do";
    private static final String SMALL_HEAP = "run, heap of 512 MB";
    private static final String SCIKIT = "scikit-learn";
    private static final String GATES = "gates.statements=[\"macro_f1 >= 0.4\"]";

    private SmallBenchmarks() {}

    public static List<Benchmark> all() {
        List<Contender> contenders = new ArrayList<>(List.of(
                python(SMALL_HEAP, SCRIPT, "run", "heap=512m").atMost(1),
                python(COUNTED, SCRIPT, "run", "counted").atMost(1),
                python(RUN, SCRIPT, "run"),
                python(NOTHING, SCRIPT, "run", "nothing"),
                python("models", SCRIPT, "models"),
                python("show", SCRIPT, "show", "--model", "softmax"),
                python("gate", SCRIPT, "gate", "--model", "softmax", "--set", GATES),
                python("gate, judged before", SCRIPT, "gate", "--model", "softmax", "--set", GATES),
                python("promote", SCRIPT, "promote", "--model", "softmax", "--reason", "measured", "--set", GATES),
                python("report", SCRIPT, "report", "--model", "softmax", "--out", "/dev/null"),
                python(SCIKIT, SCRIPT, SCIKIT)));
        return List.of(new Benchmark(
                "small_run",
                "the tickets of jobs/pipeline: 3,000 rows, three models",
                "Whole processes of the launcher on two cores, from a built jar: the start of the JVM counts. The run begins with"
                        + " an empty store; the other commands work on the store that it left. scikit-learn does the like with the"
                        + " same file: it reads, checks and splits the rows, fits the models, picks one of two settings, and computes"
                        + " its reports by class and slice, without intervals, tables or anything kept.",
                Optional.empty(),
                Optional.empty(),
                3,
                contenders,
                bars()));
    }

    private static List<Bar> bars() {
        List<Bar> bars = new ArrayList<>(List.of(
                Bar.atMost("a run starts at most 120 SQL executions", "", 120, figure(COUNTED, "sql_executions")),
                Bar.atMost("a run starts at most 160 Spark jobs", "", 160, figure(COUNTED, "spark_jobs")),
                Bar.atMost("a run takes at most 40 s", "s", 40, summary -> summary.seconds(RUN)),
                Bar.atMost("a run takes at most 50 s of processor time", "s", 50, figure(RUN, "processor_seconds")),
                Bar.atMost("it runs with a heap of 512 MB", "s", 600, summary -> summary.seconds(SMALL_HEAP)),
                Bar.atMost("with nothing to do it takes at most 4 s", "s", 4, summary -> summary.seconds(NOTHING)),
                Bar.comparison("ratio to scikit-learn's script", RUN, SCIKIT)));
        for (String command : List.of("models", "show", "gate", "promote")) {
            bars.add(Bar.atMost(command + " takes at most 2.5 s", "s", 2.5, summary -> summary.seconds(command)));
        }
        return bars;
    }

    private static Bar.Figure figure(String contender, String name) {
        return summary -> summary.figure(contender, name);
    }
}
