package io.pigeonhole.jobs.sources;

import java.util.Optional;

/**
 * One row of a taxonomy table.
 *
 * @param label a class
 * @param parent the class above it; absent at the top
 */
public record Parentage(String label, Optional<String> parent) {}
