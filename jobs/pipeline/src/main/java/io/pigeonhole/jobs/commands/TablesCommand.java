package io.pigeonhole.jobs.commands;

import io.pigeonhole.jobs.store.TableDefinition;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.ToIntFunction;
import org.apache.spark.sql.types.StructField;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints the tables' columns and comments. Needs neither a configuration nor Spark. */
@Command(
        name = "tables",
        description = "Prints each table's columns, comments and constraints.",
        mixinStandardHelpOptions = true,
        footer = {"", "Example: pigeonhole tables evaluation_per_class"})
final class TablesCommand implements Callable<Integer> {

    @Spec
    private @Nullable CommandSpec spec;

    @Parameters(index = "0", arity = "0..1", paramLabel = "TABLE", description = "Only this table.")
    private @Nullable String only;

    @Override
    public Integer call() {
        PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
        boolean found = false;
        for (TableDefinition table : Tables.ALL) {
            if (only == null || only.equals(table.name())) {
                found = true;
                print(out, table);
            }
        }
        if (!found) {
            throw CommandsErrors.noTable(String.valueOf(only));
        }
        out.flush();
        return ExitCode.DONE.code();
    }

    private static void print(PrintWriter out, TableDefinition table) {
        out.println(table.name() + ": " + table.comment() + " (" + String.join(", ", table.key()) + ")");
        int nameWidth = width(table, field -> field.name().length());
        int typeWidth = Math.min(30, width(table, field -> type(field).length()));
        for (StructField field : table.schema().fields()) {
            out.printf(
                    "  %-" + nameWidth + "s  %-" + typeWidth + "s  %s%n",
                    field.name(),
                    type(field),
                    field.getComment().get());
        }
        new TreeMap<>(table.constraints()).forEach((name, condition) -> out.println("  always: " + condition));
        out.println();
    }

    private static String type(StructField field) {
        String type = field.dataType().simpleString();
        return type.length() > 30 ? type.substring(0, type.indexOf('<')) + "<struct>" : type;
    }

    private static int width(TableDefinition table, ToIntFunction<StructField> length) {
        return Arrays.stream(table.schema().fields()).mapToInt(length).max().orElse(1);
    }
}
