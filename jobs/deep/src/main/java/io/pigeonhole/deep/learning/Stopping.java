package io.pigeonhole.deep.learning;

import java.io.Serializable;

/**
 * Which round becomes the model, and when training stops before its epochs are over; both by validation.
 *
 * @param metric {@code accuracy} or {@code log_loss}
 * @param patience epochs without a better one after which training stops; 0 for never
 */
public record Stopping(String metric, int patience) implements Serializable {

    public Stopping {
        if (!metric.equals("accuracy") && !metric.equals("log_loss")) {
            throw new IllegalArgumentException("metric must be accuracy or log_loss, not " + metric);
        }
        if (patience < 0) {
            throw new IllegalArgumentException("patience must be at least 0, not " + patience);
        }
    }
}
