package io.pigeonhole.benchmarks;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Contenders that do the same work on the same data, and the bars that their figures are held to.
 *
 * @param name what it is run by
 * @param title what is measured, in a line
 * @param explanation what the reader must know to judge the figures
 * @param needs the data set without which it cannot run
 * @param preparation makes the data, in a process of its own before any contender; empty where there is nothing to make
 * @param runs how often each contender runs, in turns with the others
 * @param contenders in the order in which they take turns; of those with an objective, the first that has it sets the best
 *     known, together with all others
 */
public record Benchmark(
        String name,
        String title,
        String explanation,
        Optional<DataSet> needs,
        Optional<Contender> preparation,
        int runs,
        List<Contender> contenders,
        List<Bar> bars) {

    public Benchmark {
        contenders = List.copyOf(contenders);
        bars = List.copyOf(bars);
    }

    Contender contender(String wanted) {
        return Stream.concat(contenders.stream(), preparation.stream())
                .filter(contender -> contender.name().equals(wanted))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("benchmark " + name + " has no contender " + wanted));
    }
}
