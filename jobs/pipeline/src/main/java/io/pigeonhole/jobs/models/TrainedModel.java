package io.pigeonhole.jobs.models;

/**
 * A model version as its row in the table models has it.
 *
 * @param artifact folder of the saved pipeline model, below the folder of the artifacts
 * @param sha256 hash over the names and bytes of its files; empty where the table has none, and then it is not loaded
 */
public record TrainedModel(String model, int version, String artifact, String sha256, String runId) {}
