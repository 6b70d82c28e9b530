package io.pigeonhole.jobs.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.pigeonhole.jobs.DeltaTest;
import io.pigeonhole.jobs.configuration.StoreConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Only the files that no pinned version needs are removed. */
class UpkeepTest extends DeltaTest {

    private static final TableDefinition NOTES = new TableDefinition(
            "notes",
            "One row per note",
            List.of("text"),
            new StructType()
                    .add(TableDefinition.column("text", DataTypes.StringType, "The note"))
                    .add(TableDefinition.column("run_id", DataTypes.StringType, "Run that wrote it")),
            Map.of());

    @TempDir
    private Path folder = Path.of("none");

    private Store store(String name) {
        return new Store(spark, new StoreConfig(folder.resolve(name).toString(), Optional.empty()));
    }

    private static List<String> texts(Store store, long version) {
        return store.read(NOTES, version).select("text").collectAsList().stream()
                .map(row -> row.getString(0))
                .sorted()
                .toList();
    }

    @Test
    void onlyWhatNeitherThePresentNorAPinnedVersionNeedsIsRemoved() {
        // the settings of the command line
        spark.conf().set("spark.databricks.delta.retentionDurationCheck.enabled", "false");
        spark.conf().set("spark.databricks.delta.vacuum.retentionWindowIgnore.enabled", "false");
        Store store = store("store");
        for (String text : List.of("one", "two", "three")) {
            // each replaces the one before
            store.replaceRun(NOTES, table("text STRING", RowFactory.create(text)), "run");
        }
        store.replaceRun(NOTES, table("text STRING", RowFactory.create("other")), "other");
        Upkeep upkeep = new Upkeep(spark, store, NOTES);
        upkeep.compact();
        long present = store.version(NOTES);
        assertThat(upkeep.usage().files()).isEqualTo(5);

        assertThat(upkeep.vacuum(Set.of(1L, 2L), Duration.ZERO, true).files()).isEqualTo(2);
        assertThat(upkeep.vacuum(Set.of(1L, 4L), Duration.ZERO, true).files()).isEqualTo(1);
        assertThat(upkeep.vacuum(Set.of(2L, 99L), Duration.ofHours(200), true)).isEqualTo(new Upkeep.Usage(0, 0));
        assertThat(upkeep.vacuum(Set.of(2L, 99L), Duration.ZERO, true).files()).isEqualTo(3);
        assertThat(upkeep.usage().files()).isEqualTo(5);
        assertThat(upkeep.vacuum(Set.of(2L, 99L), Duration.ZERO, false).files()).isEqualTo(3);

        assertThat(upkeep.usage().files()).isEqualTo(2);
        assertThat(texts(store, present)).containsExactly("other", "three");
        assertThat(texts(store, 2)).containsExactly("two");
        assertThat(upkeep.isComplete(2)).isTrue();
        assertThat(upkeep.isComplete(1)).isFalse();
        assertThat(upkeep.isComplete(99)).isFalse();

        upkeep.cloneTo(2, folder.resolve("clone/notes").toUri().toString());
        Store clone = store("clone");
        clone.replaceRun(NOTES, table("text STRING", RowFactory.create("four")), "run");
        assertThat(texts(clone, clone.version(NOTES))).containsExactly("four");
        clone.delete(NOTES, "text", table("text STRING", RowFactory.create("four")));
        assertThat(clone.read(NOTES).isEmpty()).isTrue();
        assertThat(texts(store, present)).containsExactly("other", "three");
    }
}
