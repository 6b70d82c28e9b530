package io.pigeonhole.jobs.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.math.BigDecimal;
import java.math.MathContext;
import java.sql.Timestamp;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;
import scala.jdk.javaapi.CollectionConverters;

/** Cells and rows of tables as JSON; fractions keep five digits, more than the page shows. */
final class Values {

    private static final MathContext DIGITS = new MathContext(5);

    private Values() {}

    static JsonNode of(@Nullable Object value) {
        if (value == null) {
            return NullNode.getInstance();
        } else if (value instanceof Double number) {
            return number(number);
        } else if (value instanceof Float number) {
            return number(number.doubleValue());
        } else if (value instanceof Number number) {
            return LongNode.valueOf(number.longValue());
        } else if (value instanceof Boolean truth) {
            return BooleanNode.valueOf(truth);
        } else if (value instanceof Timestamp time) {
            return TextNode.valueOf(time.toInstant().toString());
        } else if (value instanceof Row row) {
            return object(row);
        } else if (value instanceof scala.collection.Iterable<?> list) {
            return array(CollectionConverters.asJava(list));
        }
        return TextNode.valueOf(value.toString());
    }

    private static JsonNode number(double number) {
        if (Double.isNaN(number) || Double.isInfinite(number)) {
            return NullNode.getInstance();
        }
        return DoubleNode.valueOf(BigDecimal.valueOf(number).round(DIGITS).doubleValue());
    }

    static ArrayNode array(Iterable<?> values) {
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        values.forEach(value -> array.add(of(value)));
        return array;
    }

    /** The cells of the given columns of a row, without names. */
    static ArrayNode cells(Row row, List<String> columns) {
        ArrayNode cells = JsonNodeFactory.instance.arrayNode();
        columns.forEach(column -> cells.add(of(row.getAs(column))));
        return cells;
    }

    private static ObjectNode object(Row row) {
        return object(row, List.of(row.schema().fieldNames()));
    }

    static ObjectNode object(Row row, List<String> columns) {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        columns.forEach(column -> object.set(column, of(row.getAs(column))));
        return object;
    }

    /** One object for each row, for short tables. */
    static ArrayNode objects(Stream<Row> rows, List<String> columns) {
        ArrayNode objects = JsonNodeFactory.instance.arrayNode();
        rows.forEach(row -> objects.add(object(row, columns)));
        return objects;
    }

    /** The names of the columns once, followed by the cells of each row: half the size of objects. */
    static ObjectNode table(List<String> columns, List<Row> rows) {
        ObjectNode table = JsonNodeFactory.instance.objectNode();
        table.set("columns", array(columns));
        ArrayNode cells = table.putArray("rows");
        rows.forEach(row -> cells.add(cells(row, columns)));
        return table;
    }
}
