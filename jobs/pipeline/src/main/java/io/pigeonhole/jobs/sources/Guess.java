package io.pigeonhole.jobs.sources;

import io.pigeonhole.jobs.configuration.Reading;
import io.pigeonhole.transforms.PipelineException;
import io.pigeonhole.transforms.records.CsvFormat;
import io.pigeonhole.transforms.records.CsvRecords;
import io.pigeonhole.transforms.records.CsvSeparators;
import io.pigeonhole.transforms.records.Records;
import io.pigeonhole.transforms.records.TextEncoding;
import io.pigeonhole.transforms.records.TextRecord;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * How a file or folder is read, guessed from names and first bytes.
 *
 * @param reading the format, the options and the path
 * @param reasons what was found, each a sentence
 */
public record Guess(Reading reading, List<String> reasons) {

    private static final Map<String, String> FORMATS = new TreeMap<>(Map.of(
            "csv", "csv",
            "tsv", "csv",
            "tab", "csv",
            "txt", "csv",
            "json", "json",
            "jsonl", "json",
            "ndjson", "json",
            "parquet", "parquet",
            "orc", "orc",
            "avro", "avro"));

    private static final Pattern NUMBER = Pattern.compile("\\s*[+-]?[0-9.,]+([eE][+-]?[0-9]+)?\\s*");

    /** Records looked at. */
    private static final int RECORDS = 200;

    public Guess {
        reasons = List.copyOf(reasons);
    }

    /**
     * Looks at data.
     *
     * @param location a file or folder
     * @throws PipelineException (data contract) if there is none, or its format cannot be told
     */
    public static Guess of(Configuration hadoop, String location) {
        Path path = new Path(location);
        try {
            FileSystem fileSystem = path.getFileSystem(hadoop);
            if (!fileSystem.exists(path)) {
                throw SourcesErrors.noFile("The data", location);
            }
            if (fileSystem.exists(new Path(path, "_delta_log"))) {
                return new Guess(
                        reading("delta", Map.of(), location, Optional.empty()), List.of("It is a Delta table."));
            }
            List<Path> files = new ArrayList<>();
            add(fileSystem, fileSystem.getFileStatus(path), files);
            if (files.isEmpty()) {
                throw SourcesErrors.emptyFiles("The data", location, 0);
            }
            return ofFiles(hadoop, location, files);
        } catch (IOException e) {
            throw SourcesErrors.fileCannotBeListed(path, e);
        }
    }

    /** Adds the first files below a folder, hidden ones left out. */
    private static void add(FileSystem fileSystem, FileStatus status, List<Path> files) throws IOException {
        if (files.size() >= RECORDS) {
            return;
        }
        if (status.isFile()) {
            files.add(status.getPath());
            return;
        }
        FileStatus[] children = fileSystem.listStatus(status.getPath());
        Arrays.sort(children);
        for (FileStatus child : children) {
            String childName = child.getPath().getName();
            boolean isHidden = childName.startsWith(".") || (childName.startsWith("_") && !childName.contains("="));
            if (!isHidden) {
                add(fileSystem, child, files);
            }
        }
    }

    private static Guess ofFiles(Configuration hadoop, String location, List<Path> files) {
        Path first = files.get(0);
        String name = first.getName().toLowerCase(Locale.ROOT).replaceAll("\\.(gz|bz2|zst|xz)$", "");
        String ending = name.contains(".") ? name.substring(name.lastIndexOf('.') + 1) : "";
        if (ending.equals("txt") && isClassFolders(location, files)) {
            return textsInFolders(location);
        }
        String format = FORMATS.get(ending);
        if (format == null) {
            byte[] bytes = FirstBytes.check(hadoop, "The data", first);
            String text = new String(bytes, StandardCharsets.UTF_8).strip();
            format = text.startsWith("{") || text.startsWith("[") ? "json" : "csv";
        }
        if (format.equals("json")) {
            FirstBytes.check(hadoop, "The data", first);
        }
        return format.equals("csv")
                ? csv(hadoop, location, first)
                : new Guess(
                        reading(format, Map.of(), location, Optional.empty()),
                        List.of("The format is " + format + "."));
    }

    /** Whether the files are texts in folders of their classes. */
    private static boolean isClassFolders(String location, List<Path> files) {
        long folders = files.stream().map(Path::getParent).distinct().count();
        return files.size() > 1
                && folders > 1
                && files.stream().noneMatch(file -> file.toString().endsWith(location));
    }

    private static Guess textsInFolders(String location) {
        return new Guess(
                reading(
                        "text",
                        Map.of("wholetext", "true", "recursiveFileLookup", "true"),
                        location,
                        Optional.of("SELECT value AS text, regexp_extract(_metadata.file_path, '([^/]+)/[^/]+$', 1) AS"
                                + " label, _metadata.file_path AS id FROM input")),
                List.of("Each file is a text, and its folder is its class."));
    }

    private static Guess csv(Configuration hadoop, String location, Path file) {
        byte[] bytes = FirstBytes.check(hadoop, "The data", file);
        List<String> reasons = new ArrayList<>();
        Map<String, String> options = new TreeMap<>();
        Optional<String> encoding = TextEncoding.guess(bytes);
        encoding.ifPresent(name -> {
            options.put("encoding", name);
            reasons.add("It is not UTF-8, and looks like " + name + ".");
        });
        String text = new String(bytes, encoding.map(Charset::forName).orElse(StandardCharsets.UTF_8));
        byte[] whole = text.substring(0, Math.max(text.lastIndexOf('\n') + 1, Math.min(1, text.length())))
                .getBytes(StandardCharsets.UTF_8);
        byte[] utf8 = bytes.length < FirstBytes.LENGTH ? text.getBytes(StandardCharsets.UTF_8) : whole;
        char separator =
                CsvSeparators.of(texts(records(utf8, CsvFormat.RFC_4180))).orElse(',');
        CsvFormat format = CsvFormat.RFC_4180.separatedBy(String.valueOf(separator));
        if (separator != ',') {
            options.put("sep", String.valueOf(separator));
            reasons.add("Its values are separated by " + CsvSeparators.name(separator) + ".");
        }
        List<TextRecord> records = records(utf8, format);
        if (problems(records) > 0) {
            CsvFormat escaped = new CsvFormat(format.separator(), '"', '\\', '\0', true);
            CsvFormat unquoted = new CsvFormat(format.separator(), '\0', '\0', '\0', false);
            if (problems(records(utf8, escaped)) == 0) {
                options.put("escape", "\\");
                reasons.add("It escapes quotes by a backslash.");
                format = escaped;
            } else if (separator == '\t' && problems(records(utf8, unquoted)) == 0) {
                options.put("quote", "");
                reasons.add("Its quotes are part of the values.");
                format = unquoted;
            }
            records = records(utf8, format);
        }
        boolean hasHeader = hasHeader(records, format);
        if (hasHeader) {
            options.put("header", "true");
        } else {
            reasons.add("Its first line holds values, not names: columns are called _c0, _c1, ...");
        }
        return new Guess(reading("csv", options, location, Optional.empty()), reasons);
    }

    private static List<TextRecord> records(byte[] text, CsvFormat format) {
        List<TextRecord> found = new ArrayList<>();
        try (Records records = new CsvRecords(new ByteArrayInputStream(text), format)) {
            for (Optional<TextRecord> next = records.next();
                    next.isPresent() && found.size() < RECORDS;
                    next = records.next()) {
                found.add(next.get());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return found;
    }

    private static List<String> texts(List<TextRecord> records) {
        return records.stream()
                .filter(record -> record.problem().isEmpty())
                .map(TextRecord::text)
                .toList();
    }

    private static long problems(List<TextRecord> records) {
        return records.stream().filter(record -> record.problem().isPresent()).count();
    }

    /** A header has different names and no numbers. */
    private static boolean hasHeader(List<TextRecord> records, CsvFormat format) {
        if (records.isEmpty()) {
            return false;
        }
        List<String> names = CsvRecords.values(records.get(0).text(), format);
        boolean isNames = names.stream().noneMatch(name -> NUMBER.matcher(name).matches())
                && names.stream().distinct().count() == names.size();
        if (!isNames || names.size() > 1 || records.size() < 2) {
            return isNames;
        }
        return names.get(0).length() < 40;
    }

    private static Reading reading(
            String format, Map<String, String> options, String location, Optional<String> query) {
        return new Reading(
                Optional.of(format),
                options,
                Optional.of(location),
                Optional.empty(),
                query,
                Optional.empty(),
                Optional.empty());
    }
}
