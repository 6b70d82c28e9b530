package io.pigeonhole.jobs.configuration;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigUtil;
import io.pigeonhole.transforms.PipelineException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;

/** Reads configuration files. */
public final class Configurations {

    /** Section of a file for variables of its own, to be used elsewhere in it as {@code ${let.name}}. */
    private static final String OWN_VARIABLES = "let";

    private Configurations() {}

    /**
     * Reads the configuration of a file, completed by the defaults and overridden by {@code key=value} settings.
     *
     * @param file a local path, or a URI of any Hadoop file system (then without {@code include})
     * @throws PipelineException (configuration) listing every unknown, missing or mistyped key with its file and line
     */
    public static PipelineConfig read(String file, List<String> settings) {
        return RecordBinder.bind(PipelineConfig.class, resolve(file, settings));
    }

    /** A text in quotes, as a value of a configuration file. */
    public static String quoted(String text) {
        return ConfigUtil.quoteString(text);
    }

    private static Config resolve(String file, List<String> settings) {
        try {
            Config config = parse(file);
            for (String setting : settings) {
                config = override(setting).withFallback(config);
            }
            Config resolved = config.withFallback(defaults()).resolve();
            Secrets.learn(resolved);
            return resolved.withoutPath(OWN_VARIABLES);
        } catch (ConfigException.UnresolvedSubstitution e) {
            throw ConfigurationErrors.unresolved(e);
        } catch (ConfigException e) {
            throw ConfigurationErrors.cannotBeRead(e);
        }
    }

    private static Config defaults() {
        return ConfigFactory.parseResources(
                PipelineConfig.class.getClassLoader(),
                "io/pigeonhole/jobs/reference.conf",
                ConfigParseOptions.defaults().setAllowMissing(false));
    }

    /** The defaults alone, of a pipeline without a name. */
    static Config reference() {
        return ConfigFactory.parseString("name = \"\"").withFallback(defaults()).resolve();
    }

    private static Config override(String setting) {
        if (setting.indexOf('=') < 1) {
            throw ConfigurationErrors.settingWithoutKey(setting);
        }
        ConfigParseOptions options = ConfigParseOptions.defaults().setOriginDescription("--set " + setting);
        try {
            return ConfigFactory.parseString(setting, options);
        } catch (ConfigException e) {
            // a plain value with characters that HOCON requires to be quoted, such as s3a://lake or local[2]
            int equals = setting.indexOf('=');
            return ConfigFactory.parseString(
                    setting.substring(0, equals + 1) + ConfigUtil.quoteString(setting.substring(equals + 1)), options);
        }
    }

    private static Config parse(String file) {
        if (!file.contains("://")) {
            Path path = Path.of(file);
            if (!Files.isRegularFile(path)) {
                throw ConfigurationErrors.noFile(file);
            }
            return ConfigFactory.parseFile(path.toFile());
        }
        org.apache.hadoop.fs.Path path = new org.apache.hadoop.fs.Path(URI.create(file));
        try (FileSystem fileSystem = FileSystem.newInstance(path.toUri(), new Configuration());
                Reader reader = new InputStreamReader(fileSystem.open(path), StandardCharsets.UTF_8)) {
            return ConfigFactory.parseReader(
                    reader, ConfigParseOptions.defaults().setOriginDescription(file));
        } catch (IOException e) {
            throw ConfigurationErrors.fileCannotBeRead(file, e);
        }
    }
}
