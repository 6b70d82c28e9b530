package io.pigeonhole.jobs.runs;

import java.util.Optional;

/**
 * What a run read.
 *
 * @param name table or source
 * @param version Delta version, where it has one
 * @param fingerprint what tells this state of the input from another
 */
public record Input(String name, Optional<Long> version, String fingerprint) {}
