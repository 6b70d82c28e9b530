package io.pigeonhole.jobs.sources;

import java.text.Normalizer;
import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.Month;
import java.time.ZoneId;
import java.time.chrono.Chronology;
import java.time.chrono.Era;
import java.time.chrono.HijrahDate;
import java.time.chrono.IsoChronology;
import java.time.format.DateTimeFormatter;
import java.time.format.TextStyle;
import java.time.temporal.TemporalAccessor;
import java.util.Arrays;
import java.util.Currency;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TimeZone;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The things that the JDK can name in a language: countries, languages, scripts, currencies, time zones, calendars and
 * their months, weekdays, quarters, eras and times of day.
 */
final class CldrNames {

    private static final List<TextStyle> STYLES =
            List.of(TextStyle.FULL, TextStyle.FULL_STANDALONE, TextStyle.SHORT, TextStyle.SHORT_STANDALONE);

    /** A named thing: a key within a category. */
    record Thing(String category, String key) implements Comparable<Thing> {

        @Override
        public int compareTo(Thing other) {
            int order = category.compareTo(other.category);
            return order != 0 ? order : key.compareTo(other.key);
        }
    }

    private final Set<String> languages;
    private final Set<String> countries;
    private final Set<String> scripts;
    private final Set<String> currencies;
    private final Set<Thing> zones;
    private final Set<Chronology> calendars;

    /** Collects the things that this JDK has names for. */
    CldrNames() {
        List<Locale> locales = List.of(Locale.getAvailableLocales());
        languages = sorted(Stream.concat(
                Arrays.stream(Locale.getISOLanguages()), locales.stream().map(Locale::getLanguage)));
        countries = sorted(Arrays.stream(Locale.getISOCountries()));
        scripts = sorted(locales.stream().map(Locale::getScript));
        currencies = sorted(Currency.getAvailableCurrencies().stream().map(Currency::getCurrencyCode));
        zones = zoneNames();
        // calendars of libraries on the class path are not the JDK's, and would make the table depend on the process
        calendars = Chronology.getAvailableChronologies().stream()
                .filter(calendar -> calendar.getClass().getModule().equals(Object.class.getModule()))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> sorted(Stream<String> codes) {
        return codes.filter(code -> !code.isEmpty()).collect(Collectors.toCollection(TreeSet::new));
    }

    /**
     * One time zone for each distinct English name, since whole groups of zones share their names. Names that contain
     * the zone's city are left out: the JDK derives them from the zone's id, and no language has them.
     */
    private static Set<Thing> zoneNames() {
        Map<String, Thing> byName = new TreeMap<>();
        for (String zone : new TreeSet<>(List.of(TimeZone.getAvailableIDs()))) {
            if (zone.contains("/") && !zone.startsWith("Etc/") && !zone.startsWith("SystemV/")) {
                String city = letters(zone.substring(zone.lastIndexOf('/') + 1));
                for (String kind : List.of("/generic", "/standard", "/summer")) {
                    Thing thing = new Thing("zone", zone + kind);
                    String name = zoneName(thing, Locale.ENGLISH);
                    if (!letters(name).contains(city)) {
                        byName.putIfAbsent(name, thing);
                    }
                }
            }
        }
        return new TreeSet<>(byName.values());
    }

    private static String letters(String text) {
        return Normalizer.normalize(text, Normalizer.Form.NFD)
                .replaceAll("[^A-Za-z]", "")
                .toLowerCase(Locale.ROOT);
    }

    /** The language's name of each thing; if it has none, the JDK's substitute. */
    Map<Thing, String> in(Locale locale) {
        Map<Thing, String> names = new TreeMap<>();
        languages.forEach(code -> names.put(new Thing("language", code), new Locale(code).getDisplayLanguage(locale)));
        countries.forEach(
                code -> names.put(new Thing("country", code), new Locale("", code).getDisplayCountry(locale)));
        scripts.forEach(code -> names.put(
                new Thing("script", code),
                new Locale.Builder().setScript(code).build().getDisplayScript(locale)));
        currencies.forEach(code -> names.put(
                new Thing("currency", code), Currency.getInstance(code).getDisplayName(locale)));
        zones.forEach(zone -> names.put(zone, zoneName(zone, locale)));
        addCalendars(names, locale);
        return names;
    }

    private static String zoneName(Thing thing, Locale locale) {
        int end = thing.key().lastIndexOf('/');
        String zone = thing.key().substring(0, end);
        String kind = thing.key().substring(end + 1);
        return kind.equals("generic")
                ? ZoneId.of(zone).getDisplayName(TextStyle.FULL, locale)
                : TimeZone.getTimeZone(zone).getDisplayName(kind.equals("summer"), TimeZone.LONG, locale);
    }

    private void addCalendars(Map<Thing, String> names, Locale locale) {
        for (TextStyle style : STYLES) {
            String suffix = "/" + style.name().toLowerCase(Locale.ROOT);
            for (Month month : Month.values()) {
                names.put(new Thing("month", month + suffix), month.getDisplayName(style, locale));
            }
            for (DayOfWeek day : DayOfWeek.values()) {
                names.put(new Thing("weekday", day + suffix), day.getDisplayName(style, locale));
            }
        }
        for (Chronology calendar : calendars) {
            names.put(new Thing("calendar", calendar.getId()), calendar.getDisplayName(TextStyle.FULL, locale));
            for (Era era : calendar.eras()) {
                addEra(names, calendar, era, locale);
            }
        }
        for (int i = 1; i <= 12; i++) {
            names.put(new Thing("month", "Hijrah-" + i), format("MMMM", HijrahDate.of(1440, i, 1), locale));
        }
        for (int i = 1; i <= 4; i++) {
            LocalDate date = LocalDate.of(2020, 3 * i, 1);
            names.put(new Thing("quarter", i + "/full"), format("QQQQ", date, locale));
            names.put(new Thing("quarter", i + "/full_standalone"), format("qqqq", date, locale));
        }
        for (int hour = 0; hour < 24; hour++) {
            names.put(
                    new Thing("daytime", String.format(Locale.ROOT, "%02d", hour)),
                    format("BBBB", LocalTime.of(hour, 0), locale));
        }
        names.put(new Thing("daytime", "am"), format("a", LocalTime.of(1, 0), locale));
        names.put(new Thing("daytime", "pm"), format("a", LocalTime.of(13, 0), locale));
    }

    private static void addEra(Map<Thing, String> names, Chronology calendar, Era era, Locale locale) {
        List<TextStyle> styles = calendar.equals(IsoChronology.INSTANCE)
                ? List.of(TextStyle.FULL, TextStyle.SHORT)
                : List.of(TextStyle.FULL);
        for (TextStyle style : styles) {
            String key =
                    calendar.getId() + "-" + era.getValue() + "/" + style.name().toLowerCase(Locale.ROOT);
            names.put(new Thing("era", key), era.getDisplayName(style, locale));
        }
    }

    private static String format(String pattern, TemporalAccessor time, Locale locale) {
        return DateTimeFormatter.ofPattern(pattern, locale).format(time);
    }
}
