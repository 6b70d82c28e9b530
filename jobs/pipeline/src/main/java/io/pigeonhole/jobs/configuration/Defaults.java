package io.pigeonhole.jobs.configuration;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;

/**
 * The defaults of list elements and optional values. They stand under {@code defaults.<path>} or, for alternatives,
 * under {@code defaults.<path>.<kind>}. Any other key has its default at its own path.
 */
final class Defaults {

    static final String SECTION = "defaults";

    private final Config section;

    private Defaults(Config section) {
        this.section = section;
    }

    /** The defaults of a whole configuration. */
    static Defaults in(Config config) {
        return new Defaults(config.hasPath(SECTION) ? config.getConfig(SECTION) : ConfigFactory.empty());
    }

    /** The object completed by the defaults at its path, with or without positions in lists. */
    ConfigObject complete(ConfigObject object, String path) {
        String plain = path.replaceAll("\\[\\d+]", "");
        if (!isPlain(plain) || !section.hasPath(plain)) {
            return object;
        }
        // a list of a list element has its own default at its path, and its elements have theirs under its name
        String place =
                section.getValue(plain) instanceof ConfigList ? plain.substring(plain.lastIndexOf('.') + 1) : plain;
        return section.hasPath(place) && section.getValue(place) instanceof ConfigObject defaults
                ? object.withFallback(defaults)
                : object;
    }

    private static boolean isPlain(String path) {
        return path.matches("[a-z_]+(\\.[a-z_]+)*");
    }

    /** The object of a kind, completed by the defaults of that kind. */
    ConfigObject complete(ConfigObject object, String path, String kind) {
        // defaults of alternatives deeper in a list element stand under their own name, since they would otherwise
        // count as keys of the element; and the features of a model have those of the pipeline's features
        ConfigObject completed = complete(object, path + "." + kind);
        int dot = path.indexOf('.');
        return dot < 0 ? completed : complete(completed, path.substring(dot + 1), kind);
    }
}
