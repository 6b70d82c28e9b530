package io.pigeonhole.jobs.commands;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.pigeonhole.jobs.runs.JobNames;
import io.pigeonhole.jobs.runs.RunTables;
import io.pigeonhole.jobs.store.TableDefinition;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class TablesTest {

    @Test
    void everyTableThatARoomDefinesIsInTheList() throws IllegalAccessException {
        List<TableDefinition> defined = new ArrayList<>();
        for (JavaClass type : new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages("io.pigeonhole.jobs")) {
            for (Field field : type.reflect().getDeclaredFields()) {
                if (field.getType().equals(TableDefinition.class)
                        && Modifier.isStatic(field.getModifiers())
                        && field.canAccess(null)) {
                    defined.add((TableDefinition) field.get(null));
                }
            }
        }

        assertThat(defined).hasSizeGreaterThan(20);
        assertThat(Tables.ALL).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(defined);
    }

    @Test
    void everyNameOfAJobIsInTheListThatTheTableRunsShows() throws IllegalAccessException {
        List<String> names = new ArrayList<>();
        for (Field field : JobNames.class.getFields()) {
            if (field.getType().equals(String.class) && !field.getName().equals("OF_A_RUN")) {
                names.add((String) field.get(null));
            }
        }

        assertThat(JobNames.ALL).containsExactlyInAnyOrderElementsOf(names).containsAll(JobNames.ON_THEIR_OWN);
        assertThat(Arrays.stream(RunTables.RUNS.schema().fields())
                        .filter(field -> field.name().equals("job"))
                        .map(field -> field.getComment().get()))
                .containsExactly(TableDefinition.anyOf(JobNames.ALL));
    }
}
