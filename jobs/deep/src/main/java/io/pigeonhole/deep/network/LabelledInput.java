package io.pigeonhole.deep.network;

import java.io.Serializable;

/**
 * A row to learn from.
 *
 * @param label place of its class
 * @param weight how much it counts
 */
public record LabelledInput(NetworkInput input, int label, float weight) implements Serializable {}
