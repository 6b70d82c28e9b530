package io.pigeonhole.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.pigeonhole.jobs.examples.ExampleTables;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A first configuration, from one's own file to examples. */
class InitTest extends DeltaTest {

    @TempDir
    private Path folder = Path.of("none");

    @Test
    void aFileAsASpreadsheetExportsItIsUnderstoodAndExtractedAsAWhole() throws IOException {
        StringBuilder text = new StringBuilder("Nr ID;Kategorie;Meldung;Betrag;Kanal;Satz\n");
        for (int i = 0; i < 60; i++) {
            text.append(i)
                    .append(i % 2 == 0 ? ";Straße;" : ";Müll;")
                    .append("\"Meldung \"\"")
                    .append(i)
                    .append("\"\" über etwas;\nzweite Zeile\";")
                    .append(i % 7 == 0 ? "" : i + ".5")
                    .append(i % 3 == 0 ? ";Post;" : ";Mail;")
                    .append(i % 10 == 0 ? "test" : "train")
                    .append('\n');
        }
        Path data =
                Files.write(folder.resolve("Meldungen.csv"), text.toString().getBytes(Charset.forName("windows-1252")));
        Path configuration = folder.resolve("first.conf");

        Cli init = Cli.done("init", data.toString(), "--out", configuration.toString());

        assertThat(init.out()).contains("windows-1252", "separated by semicolons", "Looked at 60 rows");
        String written = Files.readString(configuration);
        assertThat(written)
                .contains("id = \"Nr ID\"", "label = Kategorie", "sep = \";\"", "stratify.given", "Betrag = DOUBLE")
                .contains("{ kind = text, column = Meldung }", "columns = [Kanal]", "validation = 0.1");
        Path store = folder.resolve("store");
        Cli extract = Cli.run("extract", configuration.toString(), "--set", "store.root=" + store);
        assertThat(extract.exitCode()).as(extract.err()).isZero();
        assertThat(TinyPipeline.table(spark, store, ExampleTables.EXAMPLES)
                        .filter(
                                "label = 'Straße' AND Meldung = 'Meldung \"4\" über etwas;\nzweite Zeile' AND Betrag = 4.5")
                        .count())
                .isEqualTo(1);
        assertThat(TinyPipeline.table(spark, store, ExampleTables.EXAMPLES).count())
                .isEqualTo(60);
        assertThat(Cli.run("init", data.toString(), "--out", configuration.toString()))
                .satisfies(again -> assertThat(again.exitCode()).isEqualTo(2))
                .satisfies(again -> assertThat(again.err()).contains("exists"));
    }

    @Test
    void aFolderOfTextsInFoldersOfTheirClassesNeedsNoSqlByHand() throws IOException {
        for (int i = 0; i < 12; i++) {
            Path file = folder.resolve("texts/" + (i % 2 == 0 ? "spam" : "ham") + "/" + i + ".txt");
            Files.createDirectories(file.getParent());
            Files.writeString(file, "the text of\nfile " + i);
        }
        Path configuration = folder.resolve("texts.conf");

        Cli.done("init", folder.resolve("texts").toString(), "--out", configuration.toString());
        Path store = folder.resolve("store");
        Cli.done("extract", configuration.toString(), "--set", "store.root=" + store);

        assertThat(TinyPipeline.table(spark, store, ExampleTables.EXAMPLES)
                        .filter("label = 'spam' AND text LIKE 'the text of\n%'")
                        .count())
                .isEqualTo(6);
    }
}
