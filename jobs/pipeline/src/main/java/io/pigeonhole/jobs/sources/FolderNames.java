package io.pigeonhole.jobs.sources;

import io.pigeonhole.jobs.store.delta.QueryInputs;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.ByteType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.IntegerType;
import org.apache.spark.sql.types.LongType;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.ShortType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Columns from the names of folders, such as {@code label=007}. Spark takes names that look like numbers for numbers;
 * here a column is one of numbers only if each name is written as the number is, so that different names stay different
 * values.
 */
final class FolderNames {

    private static final Pattern WHOLE = Pattern.compile("0|-?[1-9][0-9]*");

    private static final String NO_VALUE = "__HIVE_DEFAULT_PARTITION__";

    private FolderNames() {}

    /** The schema with those columns as text whose names are not plain numbers; empty if there are none. */
    static Optional<StructType> asText(Dataset<Row> rows) {
        QueryInputs inputs = QueryInputs.of(rows);
        if (inputs.folders().stream().noneMatch(folder -> folder.dataType() instanceof NumericType)) {
            return Optional.empty();
        }
        List<Path> files = Stream.concat(inputs.files().stream().map(file -> file.getPath()), inputs.paths().stream())
                .toList();
        Set<String> texts = new HashSet<>();
        for (StructField folder : inputs.folders()) {
            if (folder.dataType() instanceof NumericType && !areNumbers(folder, files)) {
                texts.add(folder.name());
            }
        }
        return texts.isEmpty() ? Optional.empty() : Optional.of(withTexts(rows.schema(), texts));
    }

    private static StructType withTexts(StructType schema, Set<String> texts) {
        StructType result = new StructType();
        for (StructField field : schema.fields()) {
            result = result.add(field.name(), texts.contains(field.name()) ? DataTypes.StringType : field.dataType());
        }
        return result;
    }

    private static boolean areNumbers(StructField folder, List<Path> files) {
        boolean isWhole = folder.dataType() instanceof IntegerType
                || folder.dataType() instanceof LongType
                || folder.dataType() instanceof ShortType
                || folder.dataType() instanceof ByteType
                || folder.dataType() instanceof DecimalType;
        return isWhole
                && files.stream()
                        .flatMap(file -> name(folder.name(), file))
                        .allMatch(name ->
                                name.equals(NO_VALUE) || WHOLE.matcher(name).matches());
    }

    /** The value that the folders of a file give to a column. */
    private static Stream<String> name(String column, Path file) {
        return Stream.iterate(file, folder -> folder != null, Path::getParent)
                .map(Path::getName)
                .filter(name -> name.length() > column.length()
                        && name.charAt(column.length()) == '='
                        && name.substring(0, column.length()).equalsIgnoreCase(column))
                .map(name -> name.substring(column.length() + 1));
    }
}
