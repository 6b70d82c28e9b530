package io.pigeonhole.jobs.configuration;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import io.pigeonhole.transforms.PipelineException;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Passwords, keys and tokens. They come only from the environment or from a Hadoop credential provider that the
 * configuration names. This process never shows the secrets that it knows: {@link #redact} removes them from a text.
 */
public final class Secrets {

    /** The replacement for a secret. */
    public static final String HIDDEN = "(redacted)";

    private static final Pattern SECRET_NAME = Pattern.compile(
            "(?i)passw|passphrase|pwd|secret|token|(access|account|api|private|encryption)[._-]?key|[._]sas\\b|credential$");

    /** Names of settings that only give the location of a secret, and the shell's working folders. */
    private static final Pattern POINTER =
            Pattern.compile("(?i)secretKeyRef|\\.secrets\\.|provider|\\.path$|\\.enabled$|_file$|^(old)?pwd$");

    /** Settings of Spark and options of its readers: they go to other systems and so may contain a secret. */
    private static final Pattern SETTING = Pattern.compile("^\"?spark\"?\\..*|.*\\boptions\\..*");

    /** A secret in a URL: a parameter, or the part before the host. */
    private static final Pattern IN_URL = Pattern.compile(
            "(?i)((?:password|passwd|pwd|secret|token|sig|access_?key)=)[^&;,\\s'\"]+|(://[^/\\s:@]+:)[^/\\s@]+(?=@)");

    /** Shorter secrets may occur in a text by chance. */
    private static final int SHORTEST = 6;

    private static final Set<String> KNOWN = ConcurrentHashMap.newKeySet();

    private Secrets() {}

    static {
        learn(System.getenv());
    }

    /** Whether a setting, an option or a variable of this name contains a secret. */
    public static boolean isSecret(String name) {
        return SECRET_NAME.matcher(name).find() && !POINTER.matcher(name).find();
    }

    /** Records the secrets among these settings. */
    public static void learn(Map<String, String> settings) {
        settings.forEach((name, value) -> {
            if (value.length() >= SHORTEST && isSecret(name)) {
                KNOWN.add(value);
            }
        });
    }

    /**
     * Records a configuration's secrets.
     *
     * @throws PipelineException (configuration) if a secret is in clear text
     */
    static void learn(Config config) {
        config.root().forEach((name, value) -> learn(name, value));
    }

    private static void learn(String path, ConfigValue value) {
        if (value.valueType() == ConfigValueType.OBJECT) {
            ((ConfigObject) value).forEach((name, inner) -> learn(path + "." + name, inner));
        } else if (value.valueType() == ConfigValueType.LIST) {
            ((ConfigList) value).forEach(inner -> learn(path, inner));
        } else if (value.valueType() != ConfigValueType.NULL
                && SETTING.matcher(path).matches()
                && isSecret(path)) {
            String secret = String.valueOf(value.unwrapped());
            if (!secret.isEmpty()) {
                learn(Map.of(path, secret));
                requireEnvironment(path, value.origin());
            }
        }
    }

    private static void requireEnvironment(String path, ConfigOrigin origin) {
        if (!origin.description().contains("env var")) {
            throw ConfigurationErrors.secretInClear(origin, path);
        }
    }

    /** The text without the secrets that this process knows, and without passwords in URLs. */
    public static String redact(String text) {
        String redacted = text;
        for (String secret : known()) {
            redacted = redacted.replace(secret, HIDDEN);
        }
        return IN_URL.matcher(redacted).replaceAll(found -> {
            String before = found.group(1) == null ? found.group(2) : found.group(1);
            return Matcher.quoteReplacement(before + HIDDEN);
        });
    }

    /** The options without their secrets, so that no hash or message depends on them. */
    static Map<String, String> redact(Map<String, String> options) {
        Map<String, String> shown = new TreeMap<>();
        options.forEach((name, value) -> shown.put(name, isSecret(name) ? HIDDEN : redact(value)));
        return shown;
    }

    /** The known secrets; a secret that contains another one comes before it. */
    public static List<String> known() {
        Collection<String> sorted = new TreeSet<>(
                Comparator.comparingInt(String::length).reversed().thenComparing(Comparator.naturalOrder()));
        sorted.addAll(KNOWN);
        return List.copyOf(sorted);
    }
}
