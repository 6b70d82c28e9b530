package io.pigeonhole.jobs.sources;

/**
 * One short text of the locale data.
 *
 * @param language BCP 47 language that it is written in, with the script where the language is written in several
 * @param script ISO 15924 script that the language is written in
 * @param category what it names: country, currency, era, language, month, ...
 * @param key what it names within the category, such as {@code FR}
 * @param text the text
 */
record CldrText(String language, String script, String category, String key, String text) {

    /** A readable key that stays the same from one JDK to the next, such as {@code de/country/FR}. */
    String id() {
        return language + "/" + category + "/" + key;
    }
}
