package io.pigeonhole.jobs.runs;

import io.pigeonhole.jobs.configuration.Settings;
import java.util.List;

/**
 * What identifies a run: runs of the same identity write the same rows.
 *
 * @param settings the part of the configuration that the job depends on
 * @param upstream ids of the runs whose outputs it reads
 * @param inputs the inputs that it reads
 */
public record Identity(Settings settings, List<String> upstream, List<Input> inputs) {

    public Identity {
        upstream = List.copyOf(upstream);
        inputs = List.copyOf(inputs);
    }

    public String configurationHash() {
        return Hashes.sha256(settings.text());
    }

    /**
     * Job, subject and twelve hexadecimal digits of a hash of configuration, code version, upstream runs and
     * fingerprints.
     */
    public String runId(String job, String subject, String codeVersion) {
        String fingerprints = String.join(
                "|",
                inputs.stream()
                        .map(input -> input.name() + "=" + input.fingerprint())
                        .toList());
        String hash = Hashes.sha256(String.join(
                "\n", job, subject, codeVersion, settings.text(), String.join("|", upstream), fingerprints));
        String name = subject.isEmpty() ? job : job + "-" + subject.replaceAll("[^A-Za-z0-9_.-]", "_");
        return name + "-" + hash.substring(0, 12);
    }
}
