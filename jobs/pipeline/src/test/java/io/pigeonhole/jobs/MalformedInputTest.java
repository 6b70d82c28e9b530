package io.pigeonhole.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import com.fasterxml.jackson.databind.JsonNode;
import io.pigeonhole.jobs.examples.ExampleTables;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Malformed files made from a seed: each is refused with a message that names it, or each of its rows becomes an
 * example, a reject or a copy of another row. {@code -Dfiles=}, {@code -Dseed=} and {@code -Dlabels=} set the number of
 * files, the seed and the number of labels.
 */
class MalformedInputTest extends DeltaTest {

    private static final int FILES = Integer.getInteger("files", 12);
    private static final int LABELS = Integer.getInteger("labels", 20_000);
    private static final long SEED = Long.getLong("seed", 1);
    private static final int ROWS = 60;
    private static final int LONG_FIELD = 10_000_000;
    private static final int DEEP = 5_000;
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    @TempDir
    private Path folder = Path.of("none");

    /** The defect of a file. */
    private enum Damage {
        CUT_OFF,
        BYTES_CHANGED,
        EMPTY,
        ANOTHER_FORMAT,
        MIXED_ENCODINGS,
        CONTROL_CHARACTERS,
        LONG_FIELD,
        NESTED,
        NOT_FINITE,
        LONG_LABELS,
        NULL_AND_DOUBLE_IDS,
        ANOTHER_SCHEMA
    }

    private enum Format {
        CSV,
        JSON,
        CSV_GZ,
        JSON_GZ,
        PARQUET;

        String name(String stem) {
            return stem + "." + name().toLowerCase(Locale.ROOT).replace('_', '.');
        }

        String reader() {
            return name().toLowerCase(Locale.ROOT).replaceAll("_.*", "");
        }
    }

    /** A row of text; null values are left empty. */
    private record Line(String id, String label, String text, String size) {

        String csv() {
            return String.join(",", id, label, text, size);
        }

        String json() {
            return "{\"id\":\"" + id + "\",\"label\":\"" + label + "\",\"text\":\"" + text + "\",\"size\":\"" + size
                    + "\"}";
        }
    }

    private static List<Line> lines(Random random, Damage damage) {
        List<Line> lines = new ArrayList<>();
        for (int i = 0; i < ROWS; i++) {
            boolean isHit = random.nextInt(4) == 0;
            String id = damage == Damage.NULL_AND_DOUBLE_IDS && isHit ? (i % 2 == 0 ? "" : "1") : String.valueOf(i);
            String label =
                    damage == Damage.LONG_LABELS && isHit ? "l".repeat(50_000 + i) : i % 3 == 0 ? "finch" : "owl";
            String text = switch (damage) {
                case CONTROL_CHARACTERS -> isHit ? "bell\u0007 null\u0001 escape\u001b[31m " + i : "song " + i;
                case LONG_FIELD -> i == 7 ? "x".repeat(LONG_FIELD) : "song " + i;
                default -> "song " + i;
            };
            String size = damage == Damage.NOT_FINITE && isHit
                    ? List.of("NaN", "Infinity", "-Infinity", "1e999", "--1").get(i % 5)
                    : String.valueOf(random.nextInt(1000) / 8.0);
            lines.add(new Line(id, label, text, size));
        }
        return lines;
    }

    private byte[] intact(Format format, Damage damage, List<Line> lines, Path scratch) throws IOException {
        if (format == Format.PARQUET) {
            return parquet(lines, damage, scratch);
        }
        List<String> texts = new ArrayList<>();
        if (format.reader().equals("csv")) {
            texts.add(damage == Damage.ANOTHER_SCHEMA ? "key;class" : "id,label,text,size");
            lines.forEach(line -> texts.add(line.csv()));
        } else {
            lines.forEach(
                    line -> texts.add(damage == Damage.ANOTHER_SCHEMA ? "{\"key\":" + line.size() + "}" : line.json()));
            if (damage == Damage.NESTED) {
                texts.add(
                        5, "{\"id\":\"deep\",\"label\":\"owl\",\"text\":" + "[".repeat(DEEP) + "]".repeat(DEEP) + "}");
                texts.add(9, "{\"id\":".repeat(DEEP));
            }
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int i = 0; i < texts.size(); i++) {
            boolean isHit = damage == Damage.MIXED_ENCODINGS && i > 0 && i % 7 == 0;
            String text = isHit ? texts.get(i).replace("song", "chanté") : texts.get(i);
            out.write(text.getBytes(isHit ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_8));
            out.write('\n');
        }
        return format.name().endsWith("GZ") ? zipped(out.toByteArray()) : out.toByteArray();
    }

    private static byte[] zipped(byte[] bytes) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream zip = new GZIPOutputStream(out)) {
            zip.write(bytes);
        }
        return out.toByteArray();
    }

    private static byte[] parquet(List<Line> lines, Damage damage, Path scratch) throws IOException {
        String ddl = damage == Damage.ANOTHER_SCHEMA
                ? "id ARRAY<INT>, name STRING"
                : "id STRING, label STRING, text STRING, size STRING";
        Row[] rows = lines.stream()
                .map(line -> damage == Damage.ANOTHER_SCHEMA
                        ? RowFactory.create(new Integer[] {1}, line.text())
                        : RowFactory.create(line.id(), line.label(), line.text(), line.size()))
                .toArray(Row[]::new);
        table(ddl, rows).coalesce(1).write().parquet(scratch.toString());
        return Files.readAllBytes(TinyPipeline.list(scratch).stream()
                .filter(file -> file.toString().endsWith(".parquet"))
                .findFirst()
                .orElseThrow());
    }

    private static byte[] damaged(byte[] bytes, Damage damage, Format format, Random random) throws IOException {
        return switch (damage) {
            case CUT_OFF -> Arrays.copyOf(bytes, 1 + random.nextInt(bytes.length - 1));
            case EMPTY -> new byte[0];
            case BYTES_CHANGED -> {
                byte[] changed = bytes.clone();
                for (int i = 0; i < 20; i++) {
                    changed[random.nextInt(changed.length)] = (byte) random.nextInt();
                }
                yield changed;
            }
            case ANOTHER_FORMAT -> {
                byte[] noise = new byte[4_000];
                random.nextBytes(noise);
                yield format == Format.PARQUET ? "id,label\n1,owl\n".getBytes(StandardCharsets.UTF_8) : noise;
            }
            default -> bytes;
        };
    }

    private Cli extract(Format format, Path file, Path store, String... more) {
        String options = format.reader().equals("csv") ? "options { header = true }" : "";
        Path configuration = folder.resolve("bad.conf");
        TinyPipeline.write(configuration, """
                name = bad
                store.root = "%s"
                spark { "spark.sql.shuffle.partitions" = 1, "spark.databricks.delta.snapshotPartitions" = 1 }
                sources = [{
                  kind = spark, name = day
                  read { format = %s, path = "%s", %s }
                  columns { id = id, label = label, fields { text = text, size = size }, types { size = DOUBLE } }
                }]
                extract { reject_limit = 1, reject_limit_per_class = 1 }
                features = [{ kind = text, column = text }, { kind = numeric, columns = [size] }]
                models = [{ name = softmax, trainer = softmax }]
                """.formatted(store, format.reader(), file, options));
        return assertTimeoutPreemptively(
                PATIENCE,
                () -> Cli.run(Stream.concat(Stream.of("extract", configuration.toString(), "--json"), Stream.of(more))
                        .toArray(String[]::new)),
                "it hangs");
    }

    /** The number of rows in a file of lines, counted without Spark; empty if lines are not rows. */
    private static OptionalLong rows(Format format, Damage damage, byte[] bytes) {
        boolean isText = format == Format.CSV || format == Format.JSON;
        boolean isLines = damage != Damage.BYTES_CHANGED && damage != Damage.ANOTHER_FORMAT;
        if (!isText || !isLines) {
            boolean isWhole = isLines && damage != Damage.CUT_OFF && damage != Damage.EMPTY;
            return isWhole ? OptionalLong.of(damage == Damage.NESTED ? ROWS + 2 : ROWS) : OptionalLong.empty();
        }
        long lines = new String(bytes, StandardCharsets.ISO_8859_1)
                .lines()
                .filter(line -> !line.isBlank())
                .count();
        return OptionalLong.of(format == Format.CSV ? Math.max(0, lines - 1) : lines);
    }

    private void assertRefusedOrAccountedFor(Cli cli, Path file, Path store, OptionalLong rows, String what) {
        assertThat(cli.exitCode()).as(what + ": " + cli.err()).isIn(0, 2, 3);
        if (cli.exitCode() != 0) {
            assertThat(cli.err())
                    .as(what)
                    .containsAnyOf(file.getFileName().toString(), "Source 'day'", "break the data contract");
            assertThat(cli.err()).as(what).containsAnyOf("Correct", "Check", "Replace", "Give", "Bring", "set options");
            return;
        }
        JsonNode figures = cli.json().get("runs").get(0).get("figures");
        long read = figures.get("rows_read").asLong();
        long examples = TinyPipeline.rowsOf("", store, ExampleTables.EXAMPLES).size();
        long rejects = TinyPipeline.rowsOf("", store, ExampleTables.REJECTS).size();
        assertThat(examples + rejects + figures.get("rows_collapsed").asLong())
                .as(what)
                .isEqualTo(read);
        rows.ifPresent(expected -> assertThat(read).as(what).isEqualTo(expected));
    }

    @Test
    void whateverArrivesIsRefusedByNameOrAccountedForRowByRow() throws IOException {
        Random random = new Random(SEED);
        for (int i = 0; i < FILES; i++) {
            Damage damage = Damage.values()[i % Damage.values().length];
            List<Format> formats = Arrays.stream(Format.values())
                    .filter(each -> damage != Damage.NESTED || each.reader().equals("json"))
                    .toList();
            Format format = formats.get(random.nextInt(formats.size()));
            String what = "file " + i + " of seed " + SEED + ", " + damage + " " + format;
            byte[] intact = intact(format, damage, lines(random, damage), folder.resolve("scratch-" + i));
            byte[] bytes = damaged(intact, damage, format, random);
            Path file = folder.resolve(format.name("day-" + i));
            Files.write(file, bytes);
            Path store = folder.resolve("store-" + i);

            Cli cli = extract(format, file, store);

            assertRefusedOrAccountedFor(cli, file, store, rows(format, damage, bytes), what);
            TinyPipeline.delete(store);
        }
    }

    @Test
    void anIdTakenForALabelIsRefusedBeforeItFillsTheMemory() {
        Path file = folder.resolve("ids.csv");
        StringBuilder text = new StringBuilder("id,label,text,size\n");
        for (int i = 0; i < LABELS; i++) {
            text.append(i)
                    .append(",label-")
                    .append(i)
                    .append(",song ")
                    .append(i)
                    .append(",1\n");
        }
        TinyPipeline.write(file, text.toString());
        int most = Math.min(LABELS / 2, 200_000);

        Cli cli = extract(Format.CSV, file, folder.resolve("store"), "--set", "labels.most_classes=" + most);

        assertThat(cli.exitCode()).isEqualTo(3);
        assertThat(cli.err()).contains("more than " + most + " classes, such as 'label-", "raise labels.most_classes");
        assertThat(folder.resolve("store/examples")).doesNotExist();
    }
}
