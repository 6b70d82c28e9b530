package io.pigeonhole.jobs.metrics;

import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.StringJoiner;

/**
 * Gauges as text that is valid both as OpenMetrics 1.0 and as Prometheus's text format 0.0.4, which node_exporter's
 * textfile collector and the Pushgateway read.
 */
final class Exposition {

    private final Map<String, Family> families = new LinkedHashMap<>();
    private final String pipeline;

    /** A metric with its samples, which differ in their labels. */
    private record Family(String help, Map<String, Double> samples) {}

    /**
     * Creates an exposition without metrics.
     *
     * @param pipeline the first label of every sample
     */
    Exposition(String pipeline) {
        this.pipeline = pipeline;
    }

    /**
     * Adds a sample.
     *
     * @param name name of the metric; an ending {@code _seconds} or {@code _bytes} is its unit
     * @param help one sentence, without quotation marks
     * @param labels names and values, in turn
     */
    void add(String name, String help, double value, String... labels) {
        StringJoiner text = new StringJoiner(",", "{", "}").add("pipeline=\"" + escaped(pipeline) + "\"");
        for (int i = 0; i < labels.length; i += 2) {
            text.add(labels[i] + "=\"" + escaped(labels[i + 1]) + "\"");
        }
        Double earlier = families.computeIfAbsent(name, key -> new Family(help, new LinkedHashMap<>()))
                .samples()
                .put(text.toString(), value);
        if (earlier != null) {
            throw new IllegalStateException("two samples of " + name + " have the labels " + text);
        }
    }

    private static String escaped(String value) {
        return value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        families.forEach((name, family) -> {
            text.append("# TYPE ").append(name).append(" gauge\n");
            String unit = name.substring(name.lastIndexOf('_') + 1);
            if (unit.equals("seconds") || unit.equals("bytes")) {
                text.append("# UNIT ").append(name).append(' ').append(unit).append('\n');
            }
            text.append("# HELP ")
                    .append(name)
                    .append(' ')
                    .append(family.help())
                    .append('\n');
            family.samples()
                    .forEach((labels, value) -> text.append(name)
                            .append(labels)
                            .append(' ')
                            .append(number(value))
                            .append('\n'));
        });
        return text.append("# EOF\n").toString();
    }

    private static String number(double value) {
        if (Double.isNaN(value)) {
            return "NaN";
        }
        if (Double.isInfinite(value)) {
            return value > 0 ? "+Inf" : "-Inf";
        }
        BigDecimal exact = BigDecimal.valueOf(value).stripTrailingZeros();
        return Math.abs(exact.scale()) > 20 ? exact.toString() : exact.toPlainString();
    }
}
