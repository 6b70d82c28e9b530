package io.pigeonhole.jobs.runs;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The part of a run's identity that the table {@code runs} keeps.
 *
 * @param codeVersion version of Pigeonhole
 * @param configurationHash hash of the part of the configuration that the job depends on
 * @param upstream runs whose outputs it read
 * @param inputs fingerprint of each input by its name
 */
record Provenance(String codeVersion, String configurationHash, List<String> upstream, Map<String, String> inputs) {

    Provenance {
        upstream = List.copyOf(upstream);
        inputs = Map.copyOf(inputs);
    }

    static Provenance of(Identity identity, String codeVersion) {
        return new Provenance(
                codeVersion, identity.configurationHash(), identity.upstream(), fingerprints(identity.inputs()));
    }

    /** One fingerprint for each name. A source of several tables has several inputs of the same name. */
    static Map<String, String> fingerprints(List<Input> inputs) {
        Map<String, String> fingerprints = new HashMap<>();
        inputs.forEach(input ->
                fingerprints.merge(input.name(), input.fingerprint(), (first, second) -> first + " and " + second));
        return fingerprints;
    }

    /** The differences of a later run of the same job, each as a phrase; none if it would be the same run. */
    List<String> changes(Provenance later) {
        List<String> changes = new ArrayList<>();
        boolean isOtherCode = !codeVersion.equals(later.codeVersion);
        if (isOtherCode) {
            changes.add("version " + later.codeVersion + " of Pigeonhole instead of " + codeVersion);
        }
        if (!configurationHash.equals(later.configurationHash)) {
            changes.add(
                    isOtherCode
                            ? "its part of the configuration, or how this version hashes it, has changed"
                            : "its part of the configuration has changed");
        }
        if (!upstream.equals(later.upstream)) {
            changes.add("it builds on " + String.join(", ", later.upstream) + " instead of "
                    + (upstream.isEmpty() ? "no run" : String.join(", ", upstream)));
        }
        Set<String> changed = new TreeSet<>(inputs.keySet());
        changed.addAll(later.inputs.keySet());
        changed.removeIf(name -> inputs.getOrDefault(name, "").equals(later.inputs.getOrDefault(name, "")));
        if (!changed.isEmpty()) {
            changes.add("changed inputs: " + String.join(", ", changed));
        }
        return changes;
    }
}
