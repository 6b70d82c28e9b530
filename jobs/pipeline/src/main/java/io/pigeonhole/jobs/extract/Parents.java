package io.pigeonhole.jobs.extract;

import io.pigeonhole.jobs.examples.ClassRows;
import io.pigeonhole.jobs.runs.Session;
import io.pigeonhole.transforms.Taxonomy;
import io.pigeonhole.transforms.cleaning.CleaningCounts;
import io.pigeonhole.transforms.cleaning.ParentPolicy;
import io.pigeonhole.transforms.cleaning.ParentVotes;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The places of classes that rows put under several parents.
 *
 * @param policy the treatment of rows with other paths
 * @param tree the tree of all arriving classes
 * @param votes what the rows say
 */
record Parents(ParentPolicy policy, Taxonomy tree, ParentVotes votes) {

    /**
     * Chooses a parent for each class. In an increment, the classes of the store keep theirs.
     *
     * @param partly whether only a part of the rows arrives
     * @return empty if the rows agree, a table has the parents, or the policy chooses none
     */
    static Optional<Parents> of(Session session, CleaningCounts counts, boolean partly) {
        ParentPolicy policy = session.config().extract().parents();
        if (policy == ParentPolicy.REFUSE
                || session.config().labels().taxonomy().isPresent()) {
            return Optional.empty();
        }
        ParentVotes votes = new ParentVotes();
        counts.paths().forEach((label, paths) -> paths.forEach((path, rows) -> votes.add(whole(label, path), rows)));
        if (partly) {
            ClassRows.paths(session).values().forEach(votes::keep);
        }
        return votes.contested() == 0
                ? Optional.empty()
                : Optional.of(new Parents(policy, votes.majority(counts.paths().keySet()), votes));
    }

    private static List<String> whole(String label, List<String> path) {
        return path.isEmpty() ? List.of(label) : path;
    }

    /** The places of the classes that have rows with another path. */
    Map<String, List<String>> places(CleaningCounts counts) {
        Map<String, List<String>> places = new TreeMap<>();
        counts.paths().forEach((label, paths) -> {
            List<String> place = tree.path(label).orElseThrow();
            Set<List<String>> own =
                    paths.keySet().stream().map(path -> whole(label, path)).collect(Collectors.toSet());
            if (!own.equals(Set.of(place))) {
                places.put(label, place);
            }
        });
        return places;
    }

    /** Says what was done. */
    String warning() {
        return votes.contested() + " classes or nodes above them have several parents: " + votes.examples()
                + (policy == ParentPolicy.MAJORITY
                        ? ". The parent of most rows counts for all rows."
                        : ". The rows with another parent than most rows are rejected as other_parent.");
    }
}
