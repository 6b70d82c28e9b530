package io.pigeonhole.jobs.report;

import io.pigeonhole.jobs.runs.Hashes;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The HTML file: the template with style, scripts and data inserted. One JSON block holds all data, escaped so that no
 * text can end the block. A content security policy allows only the scripts inserted here and no network access.
 */
final class Page {

    /** The scripts in their order of execution. */
    private static final List<String> SCRIPTS = List.of(
            "lib/vega.min.js",
            "lib/vega-lite.min.js",
            "lib/vega-embed.min.js",
            "page.js",
            "plots.js",
            "classes.js",
            "confusion.js",
            "sections.js",
            "unknown.js",
            "proposed.js",
            "deciders.js",
            "main.js");

    private static final List<String> STYLES = List.of("page.css", "parts.css");

    private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{(\\w+)}}");

    private Page() {}

    static String of(String json) {
        List<String> scripts = SCRIPTS.stream().map(Page::script).toList();
        Map<String, String> parts = Map.of(
                "hashes", scripts.stream().map(Page::hash).collect(Collectors.joining(" ")),
                "style", STYLES.stream().map(Page::resource).collect(Collectors.joining("\n")),
                "data", inScript(json),
                "licences", asText(resource("third-party.txt")),
                "scripts",
                        scripts.stream()
                                .map(script -> "<script>" + script + "</script>")
                                .collect(Collectors.joining("\n")));
        // one pass over the template, since inserted text may contain braces
        return PLACEHOLDER
                .matcher(resource("report.html"))
                .replaceAll(found -> Matcher.quoteReplacement(part(parts, found.group(1))));
    }

    private static String part(Map<String, String> parts, String name) {
        String part = parts.get(name);
        if (part == null) {
            throw new IllegalStateException("the template names a part '" + name + "' that is not there");
        }
        return part;
    }

    /** JSON whose strings cannot end the surrounding script element. */
    static String inScript(String json) {
        return json.replace("<", "\\u003c")
                .replace(">", "\\u003e")
                .replace("&", "\\u0026")
                .replace("\u2028", "\\u2028")
                .replace("\u2029", "\\u2029");
    }

    private static String asText(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }

    private static String script(String name) {
        // HTML reads line ends as \n, and the hash covers the text after that
        String script = resource(name).replace("\r\n", "\n").replace('\r', '\n');
        if (Pattern.compile("</script|<!--", Pattern.CASE_INSENSITIVE)
                .matcher(script)
                .find()) {
            throw new IllegalStateException("the script " + name + " would end its own element");
        }
        return script;
    }

    private static String hash(String script) {
        byte[] hash = Hashes.sha256().digest(script.getBytes(StandardCharsets.UTF_8));
        return "'sha256-" + Base64.getEncoder().encodeToString(hash) + "'";
    }

    private static String resource(String name) {
        try (InputStream in = Page.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("the resource " + name + " is not in this build");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("the resource " + name + " cannot be read", e);
        }
    }
}
