package io.pigeonhole.jobs.sources;

import io.pigeonhole.jobs.sources.CldrNames.Thing;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * The locale data as a table of texts, ordered by language, category and key.
 *
 * <p>Only texts of a language's own data are kept. For a missing text, the JDK returns the code itself or, with its
 * default providers, a text of its older English data, which cannot be distinguished from an identical translation
 * ("Angola" is Angola in German). So a table is collected in a process where CLDR is the only provider, see {@link
 * CldrProcess}. There, the JDK returns the code or the root locale's text for a missing name, never the English text.
 *
 * @param texts the texts kept
 * @param leftOut number of texts left out, by reason: {@code fallback_to_english} (the language has no name for the
 *     thing, English has), {@code bare_codes} (English has none either), {@code foreign_script} (most letters are of
 *     another script than the language's), {@code too_short} (fewer than two characters, or no letter), {@code
 *     duplicates} (the language has the same text already), {@code language_twins} (texts of a language whose texts are
 *     all those of another one)
 */
record CldrTable(List<CldrText> texts, Map<String, Integer> leftOut) {

    CldrTable {
        texts = List.copyOf(texts);
        leftOut = new TreeMap<>(leftOut);
    }

    private static final Pattern WHITE_SPACE = Pattern.compile("\\s+");

    /** The JDK's name of a time zone for which no language has a name: {@code Kigali (+1)}. */
    private static final Pattern PLACE_AND_OFFSET = Pattern.compile("\\([+-]\\d");

    /** Texts of one language in one script. */
    private record Leaf(String language, String script, List<CldrText> texts, Map<String, Integer> leftOut) {}

    /** Collects the table from the locale data of this process. */
    static CldrTable collect() {
        CldrNames names = new CldrNames();
        CldrScripts scripts = new CldrScripts();
        Map<Thing, String> root = names.in(Locale.ROOT);
        Map<Thing, String> english = names.in(Locale.ENGLISH);
        List<Leaf> leaves = scriptsByLanguage().entrySet().parallelStream()
                .flatMap(entry -> leaves(entry.getKey(), entry.getValue(), names, scripts, root, english).stream())
                .toList();
        return merge(leaves);
    }

    /**
     * The entry point of the separate process: writes the table to the given file. Its class path has only the JDK and
     * this jar.
     */
    public static void main(String[] arguments) throws IOException {
        collect().write(Path.of(arguments[0]));
    }

    /** Whether CLDR is the only provider in this process. If so, the root locale has no names of countries. */
    static boolean isCldrAlone() {
        return new Locale("", "DE").getDisplayCountry(Locale.ROOT).equals("DE");
    }

    /** Scripts in the tags of each language's locales. Each tag has one, since the JDK adds the likely script. */
    private static Map<String, Set<String>> scriptsByLanguage() {
        Map<String, Set<String>> scripts = new TreeMap<>();
        for (Locale locale : Locale.getAvailableLocales()) {
            if (!locale.getLanguage().isEmpty() && !locale.getScript().isEmpty()) {
                scripts.computeIfAbsent(locale.getLanguage(), language -> new TreeSet<>())
                        .add(locale.getScript());
            }
        }
        return scripts;
    }

    private static List<Leaf> leaves(
            String language,
            Set<String> tags,
            CldrNames names,
            CldrScripts scripts,
            Map<Thing, String> root,
            Map<Thing, String> english) {
        List<Leaf> leaves = new ArrayList<>();
        for (String tag : tags) {
            Locale locale =
                    new Locale.Builder().setLanguage(language).setScript(tag).build();
            String name = tags.size() == 1 ? language : language + "-" + tag;
            leaf(name, tag, names.in(locale), scripts, root, english).ifPresent(leaves::add);
        }
        return leaves;
    }

    private static Optional<Leaf> leaf(
            String language,
            String tag,
            Map<Thing, String> names,
            CldrScripts scripts,
            Map<Thing, String> root,
            Map<Thing, String> english) {
        Map<String, Integer> leftOut = new TreeMap<>();
        Map<Thing, String> own = new TreeMap<>();
        names.forEach((key, text) -> {
            boolean isAbsent = text.equalsIgnoreCase(key.key())
                    || (!language.equals("en") && text.equals(root.get(key)))
                    || PLACE_AND_OFFSET.matcher(text).find();
            if (!isAbsent) {
                own.put(key, WHITE_SPACE.matcher(text.strip()).replaceAll(" "));
            } else {
                boolean inEnglish = !String.valueOf(english.get(key)).equals(root.get(key));
                leftOut.merge(inEnglish ? "fallback_to_english" : "bare_codes", 1, Integer::sum);
            }
        });
        Optional<String> script = scripts.of(own.values(), tag);
        if (script.isEmpty() || !script.get().equals(CldrScripts.expected(tag))) {
            return Optional.empty();
        }
        List<CldrText> texts = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        own.forEach((key, text) -> {
            if (text.codePointCount(0, text.length()) < 2 || text.codePoints().noneMatch(Character::isLetter)) {
                leftOut.merge("too_short", 1, Integer::sum);
            } else if (!scripts.of(List.of(text), tag).equals(script)) {
                leftOut.merge("foreign_script", 1, Integer::sum);
            } else if (!seen.add(text)) {
                leftOut.merge("duplicates", 1, Integer::sum);
            } else {
                texts.add(new CldrText(language, script.get(), key.category(), key.key(), text));
            }
        });
        return Optional.of(new Leaf(language, script.get(), texts, leftOut));
    }

    private static CldrTable merge(List<Leaf> leaves) {
        List<CldrText> texts = new ArrayList<>();
        Map<String, Integer> leftOut = new TreeMap<>();
        Set<Set<String>> contents = new HashSet<>();
        for (Leaf leaf : leaves) {
            leaf.leftOut().forEach((reason, count) -> leftOut.merge(reason, count, Integer::sum));
            if (contents.add(plain(leaf.texts()))) {
                texts.addAll(leaf.texts());
            } else {
                leftOut.merge("language_twins", leaf.texts().size(), Integer::sum);
            }
        }
        return new CldrTable(texts, leftOut);
    }

    private static Set<String> plain(Collection<CldrText> texts) {
        Set<String> plain = new HashSet<>();
        texts.forEach(text -> plain.add(text.text()));
        return plain;
    }

    /** Writes the table as lines of tab-separated fields: counts first, then texts. */
    void write(Path file) throws IOException {
        try (BufferedWriter out = Files.newBufferedWriter(file)) {
            for (Map.Entry<String, Integer> count : leftOut.entrySet()) {
                out.write(count.getKey() + "\t" + count.getValue() + "\n");
            }
            for (CldrText text : texts) {
                out.write(String.join("\t", text.language(), text.script(), text.category(), text.key(), text.text())
                        + "\n");
            }
        }
    }

    /** Reads a file of {@link #write}. */
    static CldrTable read(Path file) throws IOException {
        Map<String, Integer> leftOut = new TreeMap<>();
        List<CldrText> texts = new ArrayList<>();
        try (BufferedReader in = Files.newBufferedReader(file)) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                String[] field = line.split("\t", -1);
                if (field.length == 2) {
                    leftOut.put(field[0], Integer.valueOf(field[1]));
                } else {
                    texts.add(new CldrText(field[0], field[1], field[2], field[3], field[4]));
                }
            }
        }
        return new CldrTable(texts, leftOut);
    }
}
