package io.pigeonhole.jobs.sources;

import java.lang.Character.UnicodeScript;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The script of texts, as an ISO 15924 code. */
final class CldrScripts {

    /** Codes of writing systems that mix scripts, or whose letters identify only the mix, with the code used here. */
    private static final Map<String, String> MIXES =
            Map.of("Jpan", "Jpan", "Kore", "Kore", "Hans", "Hani", "Hant", "Hani");

    private static final Map<String, List<UnicodeScript>> MIXED = Map.of(
            "Jpan", List.of(UnicodeScript.HAN, UnicodeScript.HIRAGANA, UnicodeScript.KATAKANA),
            "Kore", List.of(UnicodeScript.HANGUL, UnicodeScript.HAN),
            "Hani", List.of(UnicodeScript.HAN, UnicodeScript.BOPOMOFO));

    private final Map<UnicodeScript, String> codes = new EnumMap<>(UnicodeScript.class);

    CldrScripts() {
        Arrays.stream(Locale.getAvailableLocales())
                .map(Locale::getScript)
                .filter(code -> !code.isEmpty() && !MIXES.containsKey(code))
                .forEach(code -> codes.put(UnicodeScript.forName(code), code));
    }

    /**
     * The script of most letters of the texts.
     *
     * @param tagged script in the locale's tag, which distinguishes the mixes of scripts
     */
    Optional<String> of(Collection<String> texts, String tagged) {
        Map<String, Integer> letters = new TreeMap<>();
        texts.forEach(text -> text.codePoints()
                .filter(Character::isLetter)
                .forEach(letter -> code(letter, tagged).ifPresent(code -> letters.merge(code, 1, Integer::sum))));
        return letters.entrySet().stream()
                .max(Map.Entry.<String, Integer>comparingByValue().thenComparing(Map.Entry.comparingByKey()))
                .map(Map.Entry::getKey);
    }

    private Optional<String> code(int letter, String tagged) {
        UnicodeScript script = UnicodeScript.of(letter);
        String mix = MIXES.get(tagged);
        if (mix != null && MIXED.getOrDefault(mix, List.of()).contains(script)) {
            return Optional.of(mix);
        }
        // letters that all scripts share, such as modifier letters, do not count
        return script == UnicodeScript.COMMON || script == UnicodeScript.INHERITED
                ? Optional.empty()
                : Optional.of(codes.getOrDefault(script, script.name()));
    }

    /** The code that {@link #of} returns for texts in the script of a locale's tag. */
    static String expected(String tagged) {
        return MIXES.getOrDefault(tagged, tagged);
    }
}
