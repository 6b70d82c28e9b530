package io.pigeonhole.transforms;

import java.util.Collection;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Taxonomies from tables. */
public final class Taxonomies {

    private static final int SHOWN = 10;

    private Taxonomies() {}

    /**
     * A row of a table of classes and their parents.
     *
     * @param parent the class or inner node above; null or blank directly below the root
     */
    public record Link(String label, @Nullable String parent) {
        public Link {
            label = label.strip();
            parent = parent == null || parent.isBlank() ? null : parent.strip();
        }
    }

    /**
     * Builds the taxonomy that a table of links describes. Paths may differ in length. A parent without a row of its
     * own lies directly below the root.
     *
     * @param labels the classes; nodes without any of them below are left out
     * @throws PipelineException (data contract) that names the classes, if the links form a cycle, give a class two
     *     parents, or leave a class out
     */
    public static Taxonomy fromPairs(List<Link> links, Collection<String> labels) {
        TreeMap<String, String> parentOf = new TreeMap<>();
        TreeSet<String> topLevel = new TreeSet<>();
        TreeSet<String> nodes = new TreeSet<>();
        for (Link link : links) {
            nodes.add(link.label());
            String parent = link.parent();
            if (parent == null) {
                topLevel.add(link.label());
            } else {
                nodes.add(parent);
                String previous = parentOf.putIfAbsent(link.label(), parent);
                if (previous != null && !previous.equals(parent)) {
                    throw Taxonomy.twoParents(link.label(), previous, parent);
                }
            }
        }
        for (String node : topLevel) {
            String parent = parentOf.get(node);
            if (parent != null) {
                throw Taxonomy.twoParents(node, "(the root)", parent);
            }
        }
        checkOrphans(labels, nodes);
        // every node, not only the classes, so that a cycle off their paths is found as well
        Taxonomy.ofParents(parentOf, nodes);
        return Taxonomy.ofParents(parentOf, labels);
    }

    private static void checkOrphans(Collection<String> labels, Collection<String> nodes) {
        TreeSet<String> orphans = new TreeSet<>(labels);
        orphans.removeAll(nodes);
        if (!orphans.isEmpty()) {
            throw PipelineException.dataContract("The taxonomy does not know " + orphans.size() + " of the classes: "
                    + orphans.stream()
                            .limit(SHOWN)
                            .map(label -> "'" + label + "'")
                            .collect(Collectors.joining(", "))
                    + (orphans.size() > SHOWN ? ", ..." : "")
                    + ". Add a row for each, with an empty parent to put it below the root, or give aliases for the"
                    + " labels.");
        }
    }
}
