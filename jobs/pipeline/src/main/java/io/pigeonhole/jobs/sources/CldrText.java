package io.pigeonhole.jobs.sources;

/**
 * One short text of the locale data.
 *
 * @param language BCP 47 language of the text, with the script if the language has several
 * @param script ISO 15924 script of the language
 * @param category kind of thing that it names: country, currency, era, language, month, ...
 * @param key the thing's key within the category, such as {@code FR}
 * @param text the text
 */
record CldrText(String language, String script, String category, String key, String text) {

    /** A readable key that stays the same from one JDK to the next, such as {@code de/country/FR}. */
    String id() {
        return language + "/" + category + "/" + key;
    }
}
