package io.pigeonhole.transforms.cleaning;

import io.pigeonhole.transforms.PipelineException;
import io.pigeonhole.transforms.Taxonomy;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** How often rows put each node of the taxonomy under each parent; the parent below the root is the empty text. */
public final class ParentVotes {

    private static final int SHOWN = 3;

    private final TreeMap<String, TreeMap<String, Long>> votes = new TreeMap<>();
    private final TreeMap<String, String> kept = new TreeMap<>();

    /** Counts rows with a path, from below the root. */
    public void add(List<String> path, long rows) {
        String parent = "";
        for (String node : path) {
            votes.computeIfAbsent(node, key -> new TreeMap<>()).merge(parent, rows, Long::sum);
            parent = node;
        }
    }

    /** Keeps the nodes of a path under their parents, whatever rows say. */
    public void keep(List<String> path) {
        String parent = "";
        for (String node : path) {
            kept.put(node, parent);
            parent = node;
        }
    }

    /** Nodes that rows put under several parents, or under another one than they are kept under. */
    public long contested() {
        return votes.keySet().stream().filter(this::isContested).count();
    }

    private boolean isContested(String node) {
        TreeMap<String, Long> parents = votes.getOrDefault(node, new TreeMap<>());
        String own = kept.get(node);
        return parents.size() > 1 || (own != null && !parents.containsKey(own));
    }

    /** The first contested nodes, for example {@code 'cat' ('animal' in 7 rows, 'pet' in 2)}. */
    public String examples() {
        return votes.entrySet().stream()
                .filter(node -> isContested(node.getKey()))
                .limit(SHOWN)
                .map(node -> "'" + node.getKey() + "' ("
                        + node.getValue().entrySet().stream()
                                .limit(SHOWN)
                                .map(parent -> (parent.getKey().isEmpty() ? "the root" : "'" + parent.getKey() + "'")
                                        + " in " + parent.getValue() + " rows")
                                .collect(Collectors.joining(", "))
                        + ")")
                .collect(Collectors.joining(", "));
    }

    /**
     * The tree in which each node lies under the parent that it is kept under, or else its most frequent one, the first
     * by name among equals.
     *
     * @throws PipelineException (data contract) if these parents form a cycle
     */
    public Taxonomy majority(Collection<String> labels) {
        TreeMap<String, String> parentOf = new TreeMap<>();
        votes.forEach((node, parents) -> {
            Map.Entry<String, Long> best = parents.firstEntry();
            for (Map.Entry<String, Long> parent : parents.entrySet()) {
                best = parent.getValue() > best.getValue() ? parent : best;
            }
            parentOf.put(node, best.getKey());
        });
        parentOf.putAll(kept);
        parentOf.values().removeIf(String::isEmpty);
        return Taxonomy.ofParents(parentOf, labels);
    }
}
