package io.pigeonhole.deep;

import java.io.Serializable;

/**
 * A row to learn from.
 *
 * @param label place of its class
 * @param weight how much it counts
 */
record Example(Input input, int label, float weight) implements Serializable {}
