package io.pigeonhole.jobs.store.delta;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.CatalystTypeConverters$;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.analysis.Analyzer;
import org.apache.spark.sql.catalyst.analysis.FakeV2SessionCatalog$;
import org.apache.spark.sql.catalyst.analysis.FunctionRegistry$;
import org.apache.spark.sql.catalyst.analysis.RelationCache;
import org.apache.spark.sql.catalyst.catalog.InMemoryCatalog;
import org.apache.spark.sql.catalyst.catalog.SessionCatalog;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.BindReferences$;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.InterpretedPredicate;
import org.apache.spark.sql.catalyst.expressions.Predicate$;
import org.apache.spark.sql.catalyst.expressions.package$;
import org.apache.spark.sql.catalyst.optimizer.ReplaceExpressions$;
import org.apache.spark.sql.catalyst.parser.CatalystSqlParser$;
import org.apache.spark.sql.catalyst.plans.logical.Filter;
import org.apache.spark.sql.catalyst.plans.logical.LocalRelation;
import org.apache.spark.sql.catalyst.types.DataTypeUtils$;
import org.apache.spark.sql.connector.catalog.CatalogManager;
import org.apache.spark.sql.internal.SQLConf;
import org.apache.spark.sql.internal.SQLConf$;
import org.apache.spark.sql.types.StructType;
import scala.Function1;
import scala.Option;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;

/**
 * The constraints of a table, checked in this process as Delta checks them in a query: a row fails unless the condition
 * is true.
 */
final class RowConstraints {

    /** Resolves columns and built-in functions; created on first use, since most commands check nothing. */
    private static final class Catalyst {
        private static final Analyzer ANALYZER = new Analyzer(
                new CatalogManager(
                        FakeV2SessionCatalog$.MODULE$,
                        new SessionCatalog(
                                new InMemoryCatalog(new SparkConf(false), new Configuration(false)),
                                FunctionRegistry$.MODULE$.builtin())),
                RelationCache.empty());
    }

    private final StructType schema;
    private final Map<String, InterpretedPredicate> predicates = new TreeMap<>();
    private final Map<String, String> conditions;

    /** @param conditions SQL over the columns, by name of constraint */
    RowConstraints(StructType schema, Map<String, String> conditions) {
        this.schema = schema;
        this.conditions = Map.copyOf(conditions);
        SQLConf settings = new SQLConf();
        // otherwise the analyzer leaves expressions that only the optimizer can resolve
        settings.setConfString("spark.sql.alwaysInlineCommonExpr", "true");
        SQLConf$.MODULE$.withExistingConf(settings, () -> resolve(schema));
    }

    private boolean resolve(StructType schema) {
        Seq<Attribute> attributes = attributes(schema);
        LocalRelation relation = new LocalRelation(attributes, seq(List.of()), false, Option.empty());
        conditions.forEach((name, condition) -> {
            Expression parsed = CatalystSqlParser$.MODULE$.parseExpression(condition);
            Filter analyzed =
                    (Filter) ReplaceExpressions$.MODULE$.apply(Catalyst.ANALYZER.execute(new Filter(parsed, relation)));
            Expression bound = BindReferences$.MODULE$.bindReference(
                    analyzed.condition(), package$.MODULE$.AttributeSeq(attributes), false);
            predicates.put(name, Predicate$.MODULE$.createInterpreted(bound));
        });
        return true;
    }

    /**
     * Makes sure that all rows meet all constraints.
     *
     * @throws IllegalStateException if a row does not: jobs check their rows before, so this is a bug
     */
    void check(String table, List<Row> rows) {
        if (predicates.isEmpty()) {
            return;
        }
        Function1<Object, Object> converter = CatalystTypeConverters$.MODULE$.createToCatalystConverter(schema);
        for (Row row : rows) {
            InternalRow internal = (InternalRow) converter.apply(row);
            predicates.forEach((name, predicate) -> {
                if (!predicate.eval(internal)) {
                    throw new IllegalStateException("constraint " + name + " of table " + table + ", "
                            + conditions.get(name) + ", does not hold for the row " + row);
                }
            });
        }
    }

    private static Seq<Attribute> attributes(StructType schema) {
        List<Attribute> attributes =
                new ArrayList<>(CollectionConverters.asJava(DataTypeUtils$.MODULE$.toAttributes(schema)));
        return seq(attributes);
    }

    private static <T> Seq<T> seq(List<T> list) {
        return CollectionConverters.asScala(list).toList();
    }
}
