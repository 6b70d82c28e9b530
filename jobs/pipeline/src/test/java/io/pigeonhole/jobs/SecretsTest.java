package io.pigeonhole.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.pigeonhole.jobs.configuration.Secrets;
import io.pigeonhole.jobs.runs.RunTables;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Secrets in the environment, planted by the build, appear in no table, log, error, report or output. */
class SecretsTest extends DeltaTest {

    /** Secrets in the environment of this fork; the module's pom.xml sets the variables. */
    private static final List<String> PLANTED =
            List.of(System.getenv("DATABASE_PASSWORD"), System.getenv("LAKE_SECRET_KEY"));

    private final TinyPipeline pipeline = TinyPipeline.undisturbed();

    @TempDir
    private Path folder = Path.of("none");

    private Path secretive(String query) {
        Path file = folder.resolve("secretive.conf");
        TinyPipeline.write(file, """
                include "%s"
                sources = [{
                  kind = spark, name = csv
                  read {
                    format = csv, path = "%s", query = %s
                    options { header = true, quote = "'", encoding = UTF-8, sep = ",", password = ${DATABASE_PASSWORD} }
                  }
                  columns {
                    id = id, levels = [kind, label], event_time = at
                    fields { text = text, size = size }, types { size = DOUBLE }
                  }
                }]
                spark."spark.hadoop.fs.s3a.secret.key" = ${LAKE_SECRET_KEY}
                """.formatted(pipeline.configuration(), pipeline.input(), query));
        return file;
    }

    private Cli run(Path configuration, Path store, String command, String... more) {
        return Cli.run(Stream.concat(
                        Stream.of(command, configuration.toString(), "--set", "store.root=" + store), Stream.of(more))
                .toArray(String[]::new));
    }

    private static void assertNothingShows(Cli cli) {
        assertThat(PLANTED)
                .allSatisfy(secret -> assertThat(cli.out() + cli.err()).doesNotContain(secret));
    }

    /** The contents of every file below a folder, and the rows of Parquet files. */
    private static void assertNothingIn(Path below) {
        try (Stream<Path> files = Files.walk(below)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String text = Files.readString(file, StandardCharsets.ISO_8859_1);
                PLANTED.forEach(secret ->
                        assertThat(text.contains(secret)).as(file.toString()).isFalse());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void assertNothingInTables(Path store) {
        TinyPipeline.versions(store).forEach((table, version) -> {
            List<String> rows = TinyPipeline.rowsAt(version, store, table);
            PLANTED.forEach(secret -> assertThat(rows).as(table).noneMatch(row -> row.contains(secret)));
        });
        assertNothingIn(store);
    }

    @Test
    void secretsThatARunUsesTurnUpNowhere() {
        Path store = folder.resolve("store");
        Path configuration = secretive("\"SELECT * FROM input\"");

        Cli extracted = run(configuration, store, "extract", "--json");
        Cli report = run(
                configuration,
                pipeline.store(),
                "report",
                "--model",
                "softmax",
                "--out",
                folder.resolve("report.html").toString());

        assertThat(extracted.exitCode()).as(extracted.err()).isZero();
        assertThat(report.exitCode()).as(report.err()).isZero();
        assertNothingShows(extracted);
        assertNothingShows(report);
        assertNothingInTables(store);
        assertNothingIn(folder.resolve("report.html"));
    }

    @Test
    void anErrorThatWouldTellASecretDoesNot() throws IOException {
        Path store = folder.resolve("store");
        // a driver's message about a failed connection, which contains the secret
        Path configuration = secretive(
                "\"SELECT *, raise_error('no connection as ann with \"${DATABASE_PASSWORD}\" \"${LAKE_SECRET_KEY}\"') AS e"
                        + " FROM input\"");

        Cli failed = run(configuration, store, "extract", "--json");

        assertThat(failed.exitCode()).isNotZero();
        assertThat(failed.err()).contains("no connection as ann with " + Secrets.HIDDEN);
        assertNothingShows(failed);
        assertThat(TinyPipeline.table(spark, store, RunTables.RUNS)
                        .filter("error LIKE '%no connection as ann with " + Secrets.HIDDEN + "%'")
                        .count())
                .isEqualTo(1);
        assertNothingInTables(store);
        Path log = Path.of(failed.json().get("log").asText());
        assertThat(Files.readString(log)).contains("no connection as ann with " + Secrets.HIDDEN);
        assertNothingIn(log);
    }

    @Test
    void aValueOfTheWrongTypeIsNotQuotedWhereItIsASecret() {
        Cli wrong = Cli.run(pipeline.command("validate", "--set", "seed=${DATABASE_PASSWORD}"));

        assertThat(wrong.exitCode()).isEqualTo(2);
        assertThat(wrong.err()).contains("'seed' must be", Secrets.HIDDEN);
        assertNothingShows(wrong);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"spark.\"spark.hadoop.fs.s3a.secret.key\"=hunter2hunter2", "spark.\"spark.ssl.keyPassword\"=x"})
    void aSecretInClearIsRefusedWithoutBeingRepeated(String setting) {
        Cli refused = Cli.run(pipeline.command("validate", "--set", setting));

        assertThat(refused.exitCode()).isEqualTo(2);
        assertThat(refused.err())
                .contains("holds a secret in clear", "${DATABASE_PASSWORD}", "credential.provider.path")
                .doesNotContain("hunter2");
    }

    @ParameterizedTest
    @CsvSource({
        "spark.hadoop.fs.s3a.secret.key, true",
        "spark.hadoop.fs.s3a.access.key, true",
        "spark.hadoop.fs.s3a.session.token, true",
        "spark.hadoop.fs.azure.account.key.lake.dfs.core.windows.net, true",
        "DATABASE_PASSWORD, true",
        "AWS_SECRET_ACCESS_KEY, true",
        "spark.hadoop.hadoop.security.credential.provider.path, false",
        "spark.hadoop.fs.s3a.aws.credentials.provider, false",
        "spark.kubernetes.driver.secretKeyRef.KEY, false",
        "spark.sql.shuffle.partitions, false",
        "header, false"
    })
    void whatHoldsASecretIsKnownByItsName(String name, boolean isSecret) {
        assertThat(Secrets.isSecret(name)).isEqualTo(isSecret);
    }

    @ParameterizedTest
    @CsvSource({
        "jdbc:postgresql://db/x?user=ann&password=tiger&ssl=true, jdbc:postgresql://db/x?user=ann&password=(redacted)&ssl=true",
        "https://ann:tiger@db.example/x, https://ann:(redacted)@db.example/x",
        "nothing to hide = 1, nothing to hide = 1"
    })
    void passwordsInUrlsAreHidden(String text, String shown) {
        assertThat(Secrets.redact(text)).isEqualTo(shown);
    }
}
