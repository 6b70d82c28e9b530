package io.pigeonhole.jobs.trainers.linear;

import io.pigeonhole.jobs.configuration.LinearConfig;
import io.pigeonhole.training.Setting;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Whether the best value of a grid may lie outside of it. */
final class GridEdges {

    private GridEdges() {}

    /** A warning for each key whose picked value is the smallest or the largest of its grid, with values to add. */
    static List<String> warnings(LinearConfig config, Setting picked) {
        List<String> warnings = new ArrayList<>();
        List<Double> penalties = ascending(config.regParam().values());
        if (isSmallest(penalties, picked.regParam())) {
            double next = picked.regParam() * picked.regParam() / penalties.get(1);
            warnings.add(warning("reg_param", picked.regParam(), "smallest", "smaller", next));
        } else if (isLargest(penalties, picked.regParam())) {
            double next = picked.regParam() * picked.regParam() / penalties.get(penalties.size() - 2);
            warnings.add(warning("reg_param", picked.regParam(), "largest", "larger", next));
        }
        // a share cannot leave the range from 0 to 1
        List<Double> shares = ascending(config.elasticNet().values());
        if (isSmallest(shares, picked.elasticNet()) && picked.elasticNet() > 0) {
            warnings.add(warning("elastic_net", picked.elasticNet(), "smallest", "smaller", picked.elasticNet() / 2));
        } else if (isLargest(shares, picked.elasticNet()) && picked.elasticNet() < 1) {
            warnings.add(
                    warning("elastic_net", picked.elasticNet(), "largest", "larger", (1 + picked.elasticNet()) / 2));
        }
        return warnings;
    }

    private static List<Double> ascending(List<Double> values) {
        return values.stream().distinct().sorted().toList();
    }

    private static boolean isSmallest(List<Double> values, double picked) {
        return values.size() > 1 && picked == values.get(0) && picked > 0;
    }

    private static boolean isLargest(List<Double> values, double picked) {
        return values.size() > 1 && picked == values.get(values.size() - 1) && values.get(values.size() - 2) > 0;
    }

    private static String warning(String key, double picked, String edge, String beyond, double next) {
        return String.format(
                Locale.ROOT,
                "The picked %s %.3g is the %s of its grid, so a %s one may be better. Add values to the list, such as %.3g.",
                key,
                picked,
                edge,
                beyond,
                next);
    }
}
