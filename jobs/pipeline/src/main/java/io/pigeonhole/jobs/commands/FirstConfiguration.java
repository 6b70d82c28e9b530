package io.pigeonhole.jobs.commands;

import io.pigeonhole.jobs.configuration.ColumnMapping;
import io.pigeonhole.jobs.configuration.Configurations;
import io.pigeonhole.jobs.configuration.Reading;
import io.pigeonhole.jobs.sources.ColumnProfile;
import io.pigeonhole.jobs.sources.Guess;
import io.pigeonhole.jobs.sources.Roles;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** A configuration for data that nobody has described yet, with a comment on each guess. */
final class FirstConfiguration {

    private static final String LEFT_OUT = "      # ";

    private final String name;
    private final Guess guess;
    private final Roles roles;
    private final long rows;
    private final StringBuilder text = new StringBuilder();

    private FirstConfiguration(String name, Guess guess, Roles roles, long rows) {
        this.name = name;
        this.guess = guess;
        this.roles = roles;
        this.rows = rows;
    }

    /**
     * The text of the configuration.
     *
     * @param name of the pipeline
     * @param rows of the sample that the roles were guessed from
     */
    static String text(String name, Guess guess, Roles roles, long rows) {
        return new FirstConfiguration(name, guess, roles, rows).text();
    }

    private String text() {
        line("# A first configuration, guessed from the names and %,d rows. Read it, correct it, then:", rows);
        line("#   pigeonhole validate --sample 1000 %s.conf    # how each column was understood", name);
        line("#   pigeonhole run %s.conf", name);
        line("name = %s", quoted(name));
        line("");
        line("sources = [");
        line("  {");
        line("    kind = spark, name = %s", quoted(name));
        reading(guess.reading());
        columns();
        line("  }");
        line("]");
        line("");
        split();
        features();
        line("models = [");
        line("  # squared_hinge is often a point or two more accurate, but its probabilities need a calibration:");
        line("  # { name = one_vs_rest, trainer = one_vs_rest, loss = squared_hinge, calibration = auto }");
        line(
                "  { name = softmax, trainer = softmax, reg_param = [1e-6, 1e-5, 1e-4] }   # the best on validation is kept");
        line("]");
        return text.toString();
    }

    private void reading(Reading reading) {
        guess.reasons().forEach(reason -> line("    # %s", reason));
        line("    read {");
        line("      format = %s", reading.format().orElseThrow());
        line("      path = %s", quoted(reading.path().orElseThrow()));
        if (!reading.options().isEmpty()) {
            line(
                    "      options { %s }",
                    reading.options().entrySet().stream()
                            .map(option -> option.getKey() + " = " + value(option.getValue()))
                            .collect(Collectors.joining(", ")));
        }
        reading.query().ifPresent(query -> line("      query = \"\"\"%s\"\"\"", query));
        line("    }");
    }

    private static String value(String option) {
        return option.matches("true|false") ? option : Configurations.quoted(option);
    }

    private void columns() {
        line("    columns {");
        roles.id().ifPresent(id -> line("      id = %s", quoted(id.name())));
        if (roles.id().isEmpty()) {
            line("      # id = ...                 # without one, a row is identified by its content");
        }
        if (roles.label().isPresent()) {
            ColumnProfile label = roles.label().get();
            line(
                    "      label = %s   # %,d different values: %s",
                    quoted(label.name()), label.distinct(), label.examples());
        } else {
            line("      label = TODO               # no column looks like the class: name it here");
        }
        roles.time().ifPresent(time -> line("      event_time = %s", quoted(time.name())));
        line("      fields {");
        Map<String, String> types = new TreeMap<>();
        for (ColumnProfile column : kept()) {
            line("        %s = %s   # %s", quoted(field(column)), quoted(column.name()), remark(column));
        }
        roles.numbers().forEach(column -> types.put(field(column), "DOUBLE"));
        line("      }");
        if (!types.isEmpty()) {
            line(
                    "      types { %s }",
                    types.entrySet().stream()
                            .map(type -> quoted(type.getKey()) + " = " + type.getValue())
                            .collect(Collectors.joining(", ")));
        }
        roles.left()
                .forEach(left ->
                        line(LEFT_OUT + "left out: %s (%s)", shown(left.column().name()), left.reason()));
        line("    }");
    }

    private List<ColumnProfile> kept() {
        List<ColumnProfile> kept = new ArrayList<>();
        kept.addAll(roles.texts());
        kept.addAll(roles.categories());
        kept.addAll(roles.numbers());
        kept.addAll(roles.vectors());
        roles.split().ifPresent(kept::add);
        return kept;
    }

    private static String remark(ColumnProfile column) {
        String kind = column.kind().name().toLowerCase(Locale.ROOT);
        return kind
                + (column.missing() > 0 ? String.format(Locale.ROOT, ", %,d missing", column.missing()) : "")
                + (column.examples().isEmpty() ? "" : ": " + column.examples())
                + (column.oddities().isEmpty() ? "" : " (" + String.join("; ", column.oddities()) + ")");
    }

    private void split() {
        Optional<ColumnProfile> split = roles.split();
        if (split.isPresent()) {
            Map<String, String> aliases = new TreeMap<>();
            boolean hasValidation = false;
            for (String word : split.get().counts().keySet()) {
                String code = split(word);
                hasValidation |= code.equals("validation");
                if (!word.strip().toLowerCase(Locale.ROOT).equals(code)) {
                    aliases.put(word.strip().toLowerCase(Locale.ROOT), code);
                }
            }
            line(
                    "# The rows say themselves which split they belong to.%s",
                    hasValidation ? "" : " A tenth of train becomes validation, on which settings are chosen.");
            line("stratify.given {");
            line("  column = %s", quoted(field(split.get())));
            if (!aliases.isEmpty()) {
                line(
                        "  aliases { %s }",
                        aliases.entrySet().stream()
                                .map(alias -> quoted(alias.getKey()) + " = " + alias.getValue())
                                .collect(Collectors.joining(", ")));
            }
            if (!hasValidation) {
                line("  validation = 0.1");
            }
            line("}");
        } else {
            line("stratify.proportions { train = 0.8, validation = 0.1, test = 0.1 }   # within each class");
        }
        line("");
    }

    private static String split(String word) {
        String lower = word.strip().toLowerCase(Locale.ROOT);
        if (lower.startsWith("train")) {
            return "train";
        }
        return lower.startsWith("test") || lower.equals("eval") ? "test" : "validation";
    }

    private void features() {
        line("features = [");
        roles.texts().forEach(column -> line("  { kind = text, column = %s }", quoted(field(column))));
        if (!roles.categories().isEmpty()) {
            line("  { kind = categorical, columns = [%s] }", names(roles.categories()));
        }
        if (!roles.numbers().isEmpty()) {
            line("  { kind = numeric, columns = [%s] }", names(roles.numbers()));
        }
        roles.vectors().forEach(column -> line("  { kind = vector, column = %s }", quoted(field(column))));
        if (kept().size() == roles.split().stream().count()) {
            line("  # no column looks like a feature: name one, such as { kind = text, column = text }");
        }
        line("]");
        line("");
    }

    private static String names(List<ColumnProfile> columns) {
        return columns.stream().map(column -> quoted(field(column))).collect(Collectors.joining(", "));
    }

    /** The name in the table examples; some names are taken there. */
    private static String field(ColumnProfile column) {
        String plain = column.name().strip();
        return ColumnMapping.isReserved(plain) ? plain + "_field" : plain;
    }

    private static String shown(String name) {
        return name.isBlank() ? "'" + name + "'" : name;
    }

    private static String quoted(String text) {
        return text.matches("[A-Za-z_][A-Za-z0-9_-]*") && !text.matches("true|false|null|include.*")
                ? text
                : Configurations.quoted(text);
    }

    private void line(String format, Object... values) {
        text.append(values.length == 0 ? format : String.format(Locale.ROOT, format, values))
                .append('\n');
    }
}
