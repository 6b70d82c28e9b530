package io.pigeonhole.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.pigeonhole.jobs.examples.ExampleTables;
import io.pigeonhole.jobs.runs.RunTables;
import io.pigeonhole.jobs.store.TableDefinition;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rows and files that break the contract: the user gets a clear message, and all other rows survive. */
class BadInputTest extends DeltaTest {

    private static final String CONFIGURATION = """
            name = birds
            store.root = "%1$s/store"
            spark { "spark.sql.shuffle.partitions" = 1, "spark.databricks.delta.snapshotPartitions" = 1 }
            sources = [{
              kind = spark, name = birds
              read { format = csv, path = "%1$s/birds.csv", options { header = true } }
              columns { id = id, label = label, fields { text = text, size = size }, types { size = DOUBLE } }
            }]
            extract { reject_limit = 1, reject_limit_per_class = 1 }
            features = [{ kind = text, column = text, empty = reject }, { kind = numeric, columns = [size] }]
            models = [{ name = softmax, trainer = softmax }]
            """;

    @TempDir
    private Path folder = Path.of("none");

    @BeforeEach
    void writeConfiguration() {
        TinyPipeline.write(folder.resolve("birds.conf"), String.format(CONFIGURATION, folder));
    }

    private void rows(String... rows) {
        TinyPipeline.write(folder.resolve("birds.csv"), "id,label,text,size\n" + String.join("\n", rows) + "\n");
    }

    private Cli extract(String... settings) {
        List<String> arguments =
                new ArrayList<>(List.of("extract", folder.resolve("birds.conf").toString(), "--json"));
        for (String setting : settings) {
            arguments.addAll(List.of("--set", setting));
        }
        return Cli.run(arguments.toArray(String[]::new));
    }

    private Map<String, Double> figures(Cli cli) {
        assertThat(cli.exitCode()).as(cli.err()).isZero();
        JsonNode figures = cli.json().get("runs").get(0).get("figures");
        Map<String, Double> byName = new TreeMap<>();
        figures.properties()
                .forEach(figure -> byName.put(figure.getKey(), figure.getValue().asDouble()));
        return byName;
    }

    private List<Row> stored(TableDefinition table, String... columns) {
        return TinyPipeline.table(spark, folder.resolve("store"), table)
                .selectExpr(columns)
                .collectAsList();
    }

    private List<String> accepted() {
        return stored(ExampleTables.EXAMPLES, "concat(example_id, ' ', label)").stream()
                .map(row -> row.getString(0))
                .toList();
    }

    private List<String> rejected() {
        return stored(ExampleTables.REJECTS, "concat_ws(' | ', reason, detail)").stream()
                .map(row -> row.getString(0))
                .toList();
    }

    @Test
    void eachBadRowIsRejectedWithItsReasonAndTheOthersSurvive() {
        rows(
                "1,finch,small bird,1.5",
                "2,NA,Neotoma albigula,2",
                "3,null,named null,",
                "4,Owl ,an alias with a blank,4",
                "5,,no label,5",
                "6,brid,unknown label,6",
                "7,finch,size is no number,large",
                "8,finch,   ,8",
                "9,finch,one content,9",
                "9,finch,another content,9",
                "10,finch,said twice,10",
                "10,finch,said twice,10",
                ",finch,without id,11");

        Map<String, Double> figures =
                figures(extract("labels.known=[finch, owl, NA, \"null\"]", "labels.aliases={ Owl = owl }"));

        assertThat(accepted()).hasSize(6).contains("1 finch", "2 NA", "3 null", "4 owl", "10 finch");
        assertThat(accepted())
                .filteredOn(row -> row.matches("[0-9a-f]{32} finch"))
                .hasSize(1);
        assertThat(rejected())
                .containsExactlyInAnyOrder(
                        "missing_label | label is null or blank",
                        "unknown_label | 'brid' is not a known label",
                        "unparsable_value | size 'large' is no DOUBLE",
                        "empty_text | column 'text' is null or blank",
                        "duplicate_id | id '9' occurs 2 times, not always with the same content",
                        "duplicate_id | id '9' occurs 2 times, not always with the same content");
        assertThat(stored(ExampleTables.REJECTS, "raw", "source").stream().map(row -> row.getString(0)))
                .anySatisfy(raw -> assertThat(raw).contains("\"id\":\"7\"", "\"size\":\"large\""));
        assertThat(figures)
                .containsEntry("rows_read", 13.0)
                .containsEntry("rows_accepted", 6.0)
                .containsEntry("rows_rejected", 6.0)
                .containsEntry("rows_collapsed", 1.0)
                .containsEntry("rejected_duplicate_id", 2.0);
        assertThat(stored(ExampleTables.CLASSES, "label").stream().map(row -> row.getString(0)))
                .containsExactlyInAnyOrder("NA", "finch", "null", "owl");
    }

    @Test
    void aVectorOfAnotherSizeIsRejected() {
        TinyPipeline.write(folder.resolve("vectors.json"), """
                {"id": 1, "label": "a", "pixels": [1.0, 2.0]}
                {"id": 2, "label": "a", "pixels": [3.0, 4.0]}
                {"id": 3, "label": "b", "pixels": [5.0]}
                {"id": 4, "label": "b", "pixels": null}
                """);

        figures(extract(
                "sources=[{kind=spark,name=v,read{format=json,path=\"" + folder + "/vectors.json\"},"
                        + "columns{id=id,label=label,fields{pixels=pixels}}}]",
                "features=[{kind=vector,column=pixels}]"));

        assertThat(accepted()).containsExactlyInAnyOrder("1 a", "2 a");
        assertThat(rejected())
                .containsExactlyInAnyOrder(
                        "wrong_vector_size | column 'pixels' has 1 elements, not 2",
                        "wrong_vector_size | column 'pixels' is null");
    }

    @ParameterizedTest
    @CsvSource({
        "keep, ''",
        "drop, 'equal features are labelled ''finch'' and ''owl'''",
        "majority, 'equal features are labelled ''finch'' and ''owl'', mostly ''owl'''"
    })
    void equalFeaturesWithDifferentLabelsAreTreatedByThePolicyAndCounted(String policy, String detail) {
        rows("1,finch,same,1", "2,owl,same,1", "3,owl,same,1", "4,finch,other,1", "5,finch,same,1", "6,owl,same,1");

        Map<String, Double> figures = figures(extract("extract.conflicts=" + policy));

        assertThat(figures).containsEntry("rows_conflicting", 5.0);
        assertThat(accepted()).contains("4 finch");
        assertThat(rejected()).allSatisfy(row -> assertThat(row).isEqualTo("conflicting_label | " + detail));
        assertThat(figures.get("rows_accepted") + figures.get("rows_rejected")).isEqualTo(6.0);
        assertThat(rejected()).hasSize(policy.equals("keep") ? 0 : policy.equals("drop") ? 5 : 2);
    }

    @Test
    void tooManyRejectsStopTheJobWithATableOfReasonsAndStayInTheTable() {
        rows("1,finch,good,1", "2,,bad,1", "3,,bad too,1", "4,finch,size,x");

        Cli cli = extract("extract.reject_limit=0.25");

        assertThat(cli.exitCode()).isEqualTo(3);
        assertThat(cli.err())
                .contains(
                        "3 of 4 rows (75.0 %) break the data contract; the limit is 25.0 %.",
                        "reason",
                        "missing_label            2   50.0 %  label is null or blank",
                        "unparsable_value         1   25.0 %  size 'x' is no DOUBLE",
                        "Correct these rows at their source, or raise the limit.",
                        "run: extract-");
        assertThat(rejected()).hasSize(3);
        assertThat(folder.resolve("store/examples")).doesNotExist();
        JsonNode json = cli.json();
        assertThat(json.get("status").asText()).isEqualTo("failed");
        assertThat(json.get("exit_code").asInt()).isEqualTo(3);
        assertThat(json.get("error").asText()).contains("missing_label");
        assertThat(json.get("runs").get(0).get("run_id")).isEqualTo(json.get("run_id"));
        assertThat(stored(RunTables.RUNS, "status").get(0).getString(0)).isEqualTo("failed");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "finch,bird;bird,animal;animal,finch;owl, | cycle: | finch",
                "finch,bird;finch,animal;owl, | class 'finch' two parents, | 'animal'",
                "finch,bird | does not know 1 of the classes: | 'owl'"
            })
    void aTaxonomyThatIsNoTreeIsRefusedWithTheNamesOfTheClasses(String links, String problem, String name) {
        rows("1,finch,one,1", "2,owl,two,1");
        TinyPipeline.write(folder.resolve("tree.csv"), "label,parent\n" + links.replace(';', '\n') + "\n");

        Cli cli = extract("labels.taxonomy={read{format=csv,path=\"" + folder + "/tree.csv\",options{header=true}}}");

        assertThat(cli.exitCode()).as(cli.err()).isEqualTo(3);
        assertThat(cli.err()).contains(problem, name);
    }

    @Test
    void aTaxonomyMayHaveBranchesOfDifferentDepth() {
        rows("1,finch,one,1", "2,rock,two,1");
        TinyPipeline.write(folder.resolve("tree.csv"), "label,parent\nfinch,bird\nbird,animal\nrock,\n");

        figures(extract("labels.taxonomy={read{format=csv,path=\"" + folder + "/tree.csv\",options{header=true}}}"));

        assertThat(stored(ExampleTables.CLASSES, "concat_ws('/', path)", "parent").stream()
                        .map(Row::toString))
                .containsExactlyInAnyOrder("[animal/bird/finch,bird]", "[rock,null]");
    }

    @Test
    void aMissingColumnNamesTheOneThatWasProbablyMeant() {
        rows("1,finch,one,1");
        TinyPipeline.write(folder.resolve("birds.csv"), "id,lable,text,size\n1,finch,one,1\n");

        Cli cli = extract();

        assertThat(cli.exitCode()).isEqualTo(3);
        assertThat(cli.err()).contains("Source 'birds' has no column 'label' (did you mean 'lable'?)");
    }

    @Test
    void aMissingFileIsNamed() {
        Cli cli = extract();

        assertThat(cli.exitCode()).isEqualTo(3);
        assertThat(cli.err())
                .contains("Source 'birds' cannot be read", "birds.csv", "Check that the data have arrived");
    }
}
