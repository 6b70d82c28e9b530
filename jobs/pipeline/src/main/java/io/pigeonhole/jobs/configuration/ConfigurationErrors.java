package io.pigeonhole.jobs.configuration;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigOrigin;
import io.pigeonhole.transforms.PipelineException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/**
 * Errors that a user can cause and correct; each message states problem, cause and remedy. {@link RecordBinder} puts
 * file, line and key before the message of a record.
 */
final class ConfigurationErrors {

    private ConfigurationErrors() {}

    static PipelineException noFile(String file) {
        return PipelineException.configuration("There is no configuration file '" + file + "' (looked in "
                + Path.of("").toAbsolutePath()
                + "). Give the path of a .conf file, such as conf/languages.conf.");
    }

    static PipelineException fileCannotBeRead(String file, IOException e) {
        return PipelineException.configuration("The configuration file '" + file + "' cannot be read: " + e);
    }

    static PipelineException cannotBeRead(ConfigException e) {
        return PipelineException.configuration("The configuration cannot be read: " + e.getMessage());
    }

    static PipelineException unresolved(ConfigException.UnresolvedSubstitution e) {
        return PipelineException.configuration(
                e.getMessage() + ". Set the environment variable of that name, or give the key a value.");
    }

    static PipelineException settingWithoutKey(String setting) {
        return PipelineException.configuration("--set " + setting + " is not of the form key=value.");
    }

    static PipelineException secretInClear(ConfigOrigin origin, String path) {
        return PipelineException.configuration(origin.description() + ": '" + path + "' holds a secret in clear."
                + " Take it from the environment, as in ${DATABASE_PASSWORD}, or, for a file system, from a Hadoop"
                + " credential provider named by spark.hadoop.hadoop.security.credential.provider.path.");
    }

    /** @param problems complete messages, one per key */
    static PipelineException notBound(List<String> problems) {
        return PipelineException.configuration(String.join(System.lineSeparator(), problems));
    }

    static PipelineException emptyKey(String key) {
        return PipelineException.configuration("'" + key + "' is empty; give at least one");
    }

    static PipelineException emptyList() {
        return PipelineException.configuration("an empty list leaves nothing to choose from; give at least one value");
    }

    static PipelineException sameName(String key, String name) {
        return PipelineException.configuration("two of '" + key + "' have the name '" + name + "'; rename one");
    }

    static PipelineException noModel(String name, List<ModelConfig> models) {
        return PipelineException.configuration("There is no model '" + name
                + "' in the configuration; it has "
                + String.join(", ", models.stream().map(ModelConfig::name).toList()) + ".");
    }

    static PipelineException modelsMissing() {
        return PipelineException.configuration("The configuration has no sources, features and models, so that only"
                + " predictions made elsewhere can be evaluated: evaluate --predictions TABLE. Add these keys, or"
                + " that option.");
    }

    static PipelineException waitSeconds(long seconds) {
        return PipelineException.configuration("store.wait_seconds is 0 or more, not " + seconds);
    }

    static PipelineException incrementalQuery(String source) {
        return PipelineException.configuration("source '" + source + "' is incremental and has a query, of which"
                + " nobody can say which of its rows are new. Remove the query, or write its result to a Delta"
                + " table and read that, or leave out 'incremental'");
    }

    static PipelineException noParts(String source) {
        return PipelineException.configuration(
                "source '" + source + "' has no parts; give at least one, with its images and labels");
    }

    static PipelineException sameImageFile(String source, String fileName) {
        return PipelineException.configuration("two parts of source '" + source + "' have image files of the"
                + " name '" + fileName + "', by which examples are told apart; rename one, or put"
                + " it into a source of its own");
    }

    static PipelineException imagesHaveNoPast(String source, String time) {
        return PipelineException.configuration("source '" + source + "' cannot be read as of " + time
                + ": files of images have no past. Leave out 'as_of'.");
    }

    static PipelineException noPast(String owner, String time) {
        return PipelineException.configuration(String.format(
                "%s cannot be read as of %s: only a Delta table, by its path or its name, has a past. Pin it in its"
                        + " query, or leave out 'as_of'.",
                owner, time));
    }

    static PipelineException pathAndTable() {
        return PipelineException.configuration("reads either a path or a table, not both; remove one");
    }

    static PipelineException nothingToRead() {
        return PipelineException.configuration("says nothing to read; give a path, a table, a query or a format");
    }

    static PipelineException pinnedQuery() {
        return PipelineException.configuration("pins a version of a query; write it into the query, as in"
                + " SELECT * FROM delta.`path` VERSION AS OF 3");
    }

    static PipelineException notAQuery() {
        return PipelineException.configuration("has a query that does not begin with SELECT, WITH, FROM, VALUES or"
                + " TABLE; a source can only read");
    }

    static PipelineException versionAndTimestamp() {
        return PipelineException.configuration("pins both a version and a timestamp; remove one");
    }

    static PipelineException severalLabels() {
        return PipelineException.configuration("gives the label more than once; keep one of label, path and levels");
    }

    static PipelineException noFields() {
        return PipelineException.configuration("maps no field; name at least one, such as fields { text = text }");
    }

    static PipelineException emptyPathSeparator() {
        return PipelineException.configuration("splits the path by an empty path_separator; give it, such as '/'");
    }

    static PipelineException reservedField(String field) {
        return PipelineException.configuration("maps a field to '" + field
                + "', which is a column of its own in examples; give the field another name");
    }

    static PipelineException sameField(String name) {
        return PipelineException.configuration(
                "maps two fields to '" + name + "' (letter case does not tell columns apart); rename one");
    }

    static PipelineException typeOfUnknownField(String field, Set<String> fields) {
        return PipelineException.configuration(
                "gives a type for '" + field + "', which is no field; fields are " + String.join(", ", fields));
    }

    static PipelineException notASingleValue(String field, String type) {
        return PipelineException.configuration("reads field '" + field + "' as '" + type
                + "', which is no type of a single value; use one such as DOUBLE, BIGINT, STRING, DATE or TIMESTAMP");
    }

    static PipelineException mostClasses(int classes) {
        return PipelineException.configuration("labels.most_classes must be at least 1, not " + classes);
    }

    static PipelineException rejectLimits(double limit, double limitPerClass) {
        return PipelineException.configuration(
                "the reject limits are shares between 0 and 1, not " + limit + " and " + limitPerClass);
    }

    static PipelineException costsMissing() {
        return PipelineException.configuration("score.decide = cost needs costs of classes or of pairs of classes;"
                + " give them under the key 'costs'");
    }

    static PipelineException nodeThreshold(double threshold) {
        return PipelineException.configuration("node_threshold must be above 0 and at most 1, not " + threshold);
    }

    static PipelineException nodeByCost() {
        return PipelineException.configuration("decide_at = node goes down the taxonomy by probability, so it does not"
                + " go together with decide = cost; leave one of them out");
    }

    static PipelineException inScopeLoss(double share) {
        return PipelineException.configuration("at_most_in_scope_loss is the share of rows of the classes that may be"
                + " decided to be of none, above 0 and below 1, not " + share + "; 0.02 is usual");
    }

    static PipelineException unknownRecall(double share) {
        return PipelineException.configuration("least_unknown_recall is the share of rows of no class that must be"
                + " decided to be unknown, above 0 and at most 1, not " + share);
    }

    static PipelineException unknownGoals(long given) {
        return PipelineException.configuration("score.unknown needs exactly one of at_most_in_scope_loss, objective and"
                + " least_unknown_recall, not " + given + ". Remove the others, or set them to null; without any of"
                + " them, at_most_in_scope_loss has its default.");
    }

    static PipelineException noRowsOfNoClass() {
        return PipelineException.configuration(
                "score.unknown.objective and least_unknown_recall choose the threshold by"
                        + " rows of no class, too, but labels.unknown names no label of such rows. Name them there, or use"
                        + " at_most_in_scope_loss.");
    }

    static PipelineException perClassWithUnknownRows() {
        return PipelineException.configuration(
                "per_class = true goes together with at_most_in_scope_loss only: single"
                        + " classes have too few rows of no class beside them to choose a threshold by. Set per_class = false.");
    }

    static PipelineException unknownRows(int rows, int unknownRows) {
        return PipelineException.configuration(
                "minimum_rows and minimum_unknown_rows count rows and must be at least 1," + " not " + rows + " and "
                        + unknownRows);
    }

    static PipelineException topK(int classes) {
        return PipelineException.configuration("top_k must be at least 1, not " + classes);
    }

    static PipelineException furtherClasses(double threshold, int count) {
        return PipelineException.configuration(
                "probability_threshold lies between 0 and 1 and probability_count is 0 or more, not " + threshold
                        + " and " + count);
    }

    static PipelineException blankNames() {
        return PipelineException.configuration("model and split must not be blank; the figures stand under them");
    }

    static PipelineException metricsClasses(int classes) {
        return PipelineException.configuration("metrics.classes must be at least 0, not " + classes);
    }

    static PipelineException metricsFile(String file) {
        return PipelineException.configuration("metrics.file is '" + file
                + "', but node_exporter's textfile collector reads files that end in .prom alone; name it so");
    }

    static PipelineException pushgatewayAddress() {
        return PipelineException.configuration(
                "The address of the Pushgateway must be like http://gateway:9091, without"
                        + " user and password; correct metrics.pushgateway, or --push");
    }

    static PipelineException blankLabel(String key) {
        return PipelineException.configuration(key + " has a blank label, which no row can have. Leave it out.");
    }

    static PipelineException unknownClass(String label) {
        return PipelineException.configuration(
                "'" + label + "' is in labels.unknown, whose rows belong to no class, but"
                        + " also in labels.known or labels.critical. Leave it out of one of them.");
    }

    static PipelineException aliasToNothing(String alias) {
        return PipelineException.configuration("The alias '" + alias + "' stands for nothing. Name the label that it"
                + " stands for; to leave out rows with this label, use a 'query' or extract.labels_required = false.");
    }

    static PipelineException aliasChain(String alias, String label, String next) {
        return PipelineException.configuration("The alias '" + alias + "' stands for '" + label
                + "', which itself is an alias of '" + next + "'. Aliases are applied once: let '" + alias
                + "' stand for '" + next + "'.");
    }

    static PipelineException rangesDiffer(String field, String column) {
        return PipelineException.configuration("The field '" + field + "' = '" + column + "' names different columns on"
                + " both sides. A range must have as many numbers on both, such as \"f1..f128\" = \"x1..x128\", and a"
                + " pattern must be the same, such as \"sensor_*\" = \"sensor_*\".");
    }

    static PipelineException mixedExamples() {
        return PipelineException.configuration(
                "score.examples mixes its forms. Give one of: read { ... } with columns { ... }, as a source has them;"
                        + " like = NAME of a source, with the path or table of the new rows; or the keys of a reading"
                        + " alone, for a table with the columns of 'examples'.");
    }

    static PipelineException nothingLike(String name, Collection<String> sources) {
        return PipelineException.configuration("score.examples is to be like the source '" + name + "', but "
                + (sources.contains(name)
                        ? "that is not of kind spark, so it has no columns to read files by."
                        : "there is none of that name. Sources are: " + String.join(", ", sources) + "."));
    }

    static PipelineException discoverShare(String key, double value) {
        return PipelineException.configuration("discover." + key + " is a share between 0 and 1, not " + value + ".");
    }

    static PipelineException discoverClusters(int least, int most) {
        return PipelineException.configuration("discover.least_clusters is " + least + " and discover.most_clusters is "
                + most + ". At least 2 clusters are tried, and most_clusters is no smaller than least_clusters.");
    }

    static PipelineException discoverCount(String key, int value) {
        return PipelineException.configuration("discover." + key + " is a number from 1 on, not " + value + ".");
    }
}
