package io.pigeonhole.jobs.sources;

import java.util.List;
import java.util.Optional;

/**
 * What runs have read of a source under its configuration.
 *
 * @param byOthers by runs before this one: of each path, how it was read last
 * @param byThis by this run, where it died after it had written that down, or is replayed: then it reads the same again
 */
public record ReadBefore(List<Position> byOthers, Optional<List<Position>> byThis) {

    public ReadBefore {
        byOthers = List.copyOf(byOthers);
        byThis = byThis.map(List::copyOf);
    }
}
