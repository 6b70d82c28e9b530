package io.pigeonhole.jobs.configuration;

import com.typesafe.config.Config;
import io.pigeonhole.transforms.features.FeatureSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Parts of a configuration, as the keys whose values differ from their defaults. Together with the defaults, these keys
 * reproduce the parts. So new keys with defaults, repeated defaults and the order of keys make no difference. Run ids
 * are hashes of the {@link #text}, which contains no secrets.
 */
public final class Settings {

    private static final String SEPARATOR = " = ";

    private final SortedMap<String, String> values;

    private Settings(SortedMap<String, String> values) {
        this.values = values;
    }

    /** Settings without keys. */
    public static Settings none() {
        return new Settings(new TreeMap<>());
    }

    /**
     * The settings of a value.
     *
     * @param path path of its key; for a list element, the path of the list
     */
    public static Settings of(String path, Record value) {
        return new Settings(new SettingsWriter(Reference.CONFIG).element(path, value));
    }

    /** The settings of features, wherever the file has them, as those of its key {@code features}. */
    public static Settings of(List<FeatureSpec> features) {
        return new Settings(new SettingsWriter(Reference.CONFIG).list("features", features));
    }

    /**
     * The settings of some keys of a whole configuration, such as {@code evaluate} and {@code stratify.folds}, with all
     * keys below them.
     */
    static Settings of(PipelineConfig config, String... keys) {
        SortedMap<String, String> values = new TreeMap<>();
        for (String key : keys) {
            if (!SettingsWriter.isKey(PipelineConfig.class, key)) {
                throw new IllegalArgumentException("there is no key " + key);
            }
            new SettingsWriter(Reference.CONFIG)
                    .whole(config, Optional.of(key.split("\\.", 2)[0]))
                    .forEach((path, value) -> {
                        if (isBelow(path, key)) {
                            values.put(path, value);
                        }
                    });
        }
        return new Settings(values);
    }

    /** The defaults, read on first use. */
    private static final class Reference {

        static final Config CONFIG = Configurations.reference();

        private Reference() {}
    }

    private static boolean isBelow(String path, String key) {
        return path.equals(key) || path.startsWith(key + ".") || path.startsWith(key + "[");
    }

    /** These settings together with others. */
    public Settings and(Settings more) {
        SortedMap<String, String> all = new TreeMap<>(values);
        all.putAll(more.values);
        return new Settings(all);
    }

    /** These settings together with a value that is derived from the configuration. */
    public Settings and(String key, String value) {
        SortedMap<String, String> all = new TreeMap<>(values);
        all.put(key, SettingsWriter.quoted(value));
        return new Settings(all);
    }

    /** Only the settings below a key. */
    public Settings only(String key) {
        return filtered(path -> isBelow(path, key));
    }

    /** The settings that are not below a key. */
    public Settings without(String key) {
        return filtered(path -> !isBelow(path, key));
    }

    private Settings filtered(Predicate<String> paths) {
        return new Settings(values.entrySet().stream()
                .filter(entry -> paths.test(entry.getKey()))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue, (a, b) -> a, TreeMap::new)));
    }

    /** A line {@code key = value} for each key, sorted by key. */
    public String text() {
        return values.entrySet().stream()
                .map(entry -> entry.getKey() + SEPARATOR + entry.getValue())
                .collect(Collectors.joining("\n"));
    }

    /** The settings of a {@link #text}. */
    public static Settings parse(String text) {
        SortedMap<String, String> values = new TreeMap<>();
        text.lines().forEach(line -> {
            int end = line.indexOf(SEPARATOR);
            if (end < 0) {
                throw new IllegalArgumentException("not a setting: " + line);
            }
            values.put(line.substring(0, end), line.substring(end + SEPARATOR.length()));
        });
        return new Settings(values);
    }

    /** The changes from these settings to later ones: a text for people for each key that differs. */
    public List<String> changes(Settings later) {
        List<String> changes = new ArrayList<>();
        TreeSet<String> keys = new TreeSet<>(values.keySet());
        keys.addAll(later.values.keySet());
        for (String key : keys) {
            String before = values.getOrDefault(key, "the default");
            String now = later.values.getOrDefault(key, "the default");
            if (!before.equals(now)) {
                changes.add(key + " was " + before + " and is " + now);
            }
        }
        return changes;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Settings settings && values.equals(settings.values);
    }

    @Override
    public int hashCode() {
        return Objects.hash(values);
    }

    @Override
    public String toString() {
        return text();
    }
}
