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

import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.expressions.UserDefinedFunction;
import org.apache.spark.sql.types.DataTypes;
import org.jspecify.annotations.Nullable;

/** Labels and paths as column expressions. The words NA and null are labels like any other. */
final class Labels {

    // not a regular expression, which would take a fifth of the time for the checks
    private static final UserDefinedFunction STRIP = udf((UDF1<String, String>) Labels::stripped, DataTypes.StringType);

    private Labels() {}

    /** Text without leading and trailing white space, including that of other scripts. */
    static Column strip(Column text) {
        return STRIP.apply(text);
    }

    private static @Nullable String stripped(@Nullable String text) {
        if (text == null) {
            return null;
        }
        int start = 0;
        int end = text.length();
        // all white space lies in the basic multilingual plane
        while (start < end && isBlank(text.charAt(start))) {
            start++;
        }
        while (start < end && isBlank(text.charAt(end - 1))) {
            end--;
        }
        return text.substring(start, end);
    }

    /** White space of Java's regular expressions, and all Unicode separators. */
    private static boolean isBlank(char character) {
        return character == ' ' || (character >= '\t' && character <= '\r') || Character.isSpaceChar(character);
    }

    /** Text stripped; null if nothing is left. */
    static Column present(Column text) {
        return nullif(strip(text), lit(""));
    }

    /** The non-blank levels of a path, stripped, so that paths of unequal depth can share columns. */
    static Column levels(Column path) {
        return filter(transform(path, Labels::strip), level -> length(level).gt(0));
    }

    /** The canonical spelling of the label. */
    static Column resolve(Column label, Map<String, String> aliases) {
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
