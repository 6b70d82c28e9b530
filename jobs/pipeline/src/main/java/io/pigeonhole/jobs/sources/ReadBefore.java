package io.pigeonhole.jobs.sources;

import java.util.List;
import java.util.Optional;

/**
 * The data of a source that runs have read under its configuration.
 *
 * @param byOthers positions read by earlier runs: the last one of each path
 * @param byThis positions recorded by this run, if it died afterwards or is replayed: it then reads the same data again
 */
public record ReadBefore(List<Position> byOthers, Optional<List<Position>> byThis) {

    public ReadBefore {
        byOthers = List.copyOf(byOthers);
        byThis = byThis.map(List::copyOf);
    }
}
