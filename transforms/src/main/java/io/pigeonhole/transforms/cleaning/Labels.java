package io.pigeonhole.transforms.cleaning;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.filter;
import static org.apache.spark.sql.functions.length;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.map;
import static org.apache.spark.sql.functions.nullif;
import static org.apache.spark.sql.functions.size;
import static org.apache.spark.sql.functions.slice;
import static org.apache.spark.sql.functions.transform;
import static org.apache.spark.sql.functions.try_element_at;
import static org.apache.spark.sql.functions.udf;
import static org.apache.spark.sql.functions.when;

import java.text.Normalizer;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.expressions.UserDefinedFunction;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.jspecify.annotations.Nullable;

/**
 * What a label is, wherever labels come in: text in the composed form of Unicode (NFC), without blanks and invisible
 * characters at its ends; blank and NaN are no label; a whole number is written as one, whatever its type. The words NA
 * and null are labels like any other.
 */
public final class Labels {

    // not a regular expression, which would take a fifth of the time for the checks
    private static final UserDefinedFunction STRIP = udf((UDF1<String, String>) Labels::stripped, DataTypes.StringType);

    private static final char FIRST_THAT_COMPOSES = 0x300;

    private Labels() {}

    /** The label of a column, or null. */
    public static Column of(Column value, DataType type) {
        return present(Texts.of(value, type));
    }

    /** The label that a text in a configuration stands for; empty if there is none. */
    public static Optional<String> of(String text) {
        return Optional.ofNullable(stripped(text)).filter(label -> !label.isEmpty());
    }

    /** Text in its composed form, without blanks and invisible characters at its ends. */
    static Column strip(Column text) {
        return STRIP.apply(text);
    }

    private static @Nullable String stripped(@Nullable String text) {
        if (text == null) {
            return null;
        }
        int start = 0;
        int end = text.length();
        // all these characters lie in the basic multilingual plane
        while (start < end && Invisible.isBlank(text.charAt(start))) {
            start++;
        }
        while (start < end && Invisible.isBlank(text.charAt(end - 1))) {
            end--;
        }
        String bare = text.substring(start, end);
        for (int i = 0; i < bare.length(); i++) {
            if (bare.charAt(i) >= FIRST_THAT_COMPOSES) {
                return Normalizer.normalize(bare, Normalizer.Form.NFC);
            }
        }
        return bare;
    }

    /** Text stripped; null if nothing is left. */
    public static Column present(Column text) {
        return nullif(strip(text), lit(""));
    }

    /** The non-blank levels of a path, stripped, so that paths of unequal depth can share columns. */
    static Column levels(Column path) {
        return filter(transform(path, Labels::strip), level -> length(level).gt(0));
    }

    /** The label that an alias stands for. */
    public static Column resolve(Column label, Map<String, String> aliases) {
        if (aliases.isEmpty()) {
            return label;
        }
        Column[] entries = new TreeMap<>(aliases)
                .entrySet().stream()
                        .flatMap(alias -> Stream.of(lit(alias.getKey()), lit(alias.getValue())))
                        .toArray(Column[]::new);
        return coalesce(try_element_at(map(entries), label), label);
    }

    /**
     * The path from below the root to the label itself.
     *
     * @param levels levels from the source; the last may be the label in the source's spelling
     * @param spelled that spelling
     * @param label the label after aliases
     */
    static Column path(Column levels, Column spelled, Column label) {
        Column ends = try_element_at(levels, lit(-1)).equalTo(spelled);
        Column above = when(ends, slice(levels, lit(1), size(levels).minus(1))).otherwise(levels);
        return when(levels.isNotNull().and(label.isNotNull()), concat(above, array(label)));
    }
}
