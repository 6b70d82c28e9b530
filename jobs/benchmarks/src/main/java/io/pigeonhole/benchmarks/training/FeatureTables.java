package io.pigeonhole.benchmarks.training;

import static org.apache.spark.sql.functions.expr;

import io.pigeonhole.benchmarks.DataSet;
import io.pigeonhole.transforms.features.FeatureSpec;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** The data sets that trainers are measured on. */
public final class FeatureTables {

    /** Also has the data's own validation rows, as the split {@code validation}. */
    public static final FeatureTable CLINC150 = new FeatureTable(
            "clinc150",
            1.7e-5,
            Optional.of(new DataSet("CLINC150", "CLINC150 (data_full.json and domains.json)")),
            FeatureTables::clinc150,
            List.of(text("text")));

    static final FeatureTable ONET = new FeatureTable(
            "onet",
            5e-6,
            Optional.of(new DataSet("ONET", "O*NET's 'Alternate Titles.txt.gz'")),
            FeatureTables::onet,
            List.of(text("text")));

    static final FeatureTable KDD99 = new FeatureTable(
            "kdd99",
            1e-5,
            Optional.of(new DataSet("KDD99", "KDD Cup 1999's kddcup.data_10_percent.gz and corrected.gz")),
            FeatureTables::kdd99,
            List.of(
                    new FeatureSpec.Numeric(kddNumbers(), true, true),
                    new FeatureSpec.Categorical(List.of("c1", "c2", "c3"), FeatureSpec.Encoding.ONE_HOT, 0)));

    static final FeatureTable LANGUAGES = new FeatureTable(
            "languages",
            3e-6,
            Optional.of(new DataSet("LANGUAGES", "the quickstart's tables: ./pigeonhole run conf/languages.conf")),
            FeatureTables::languages,
            List.of(new FeatureSpec.Text(
                    "text", 0, 0, 1, 4, true, new FeatureSpec.Hashed(1 << 16), 2, true, true, true)));

    private FeatureTables() {}

    private static FeatureSpec text(String column) {
        return new FeatureSpec.Text(column, 1, 2, 3, 5, true, new FeatureSpec.Hashed(1 << 18), 1, true, true, true);
    }

    private static Dataset<Row> clinc150(SparkSession spark, String folder) {
        spark.read().option("multiLine", true).json(folder + "/data_full.json").createOrReplaceTempView("input");
        spark.read().option("wholetext", true).text(folder + "/domains.json").createOrReplaceTempView("domains");
        return spark.sql("""
                WITH parents AS (
                  SELECT explode(intents) AS intent, domain FROM (
                    SELECT explode(from_json(value, 'map<string, array<string>>')) AS (domain, intents) FROM domains)),
                items AS (
                  SELECT 'train' AS split, explode(train) AS item FROM input
                  UNION ALL SELECT 'validation', explode(val) FROM input
                  UNION ALL SELECT 'test', explode(test) FROM input)
                SELECT item[0] AS text, item[1] AS label, array(domain, item[1]) AS path, split
                FROM items JOIN parents ON item[1] = intent""");
    }

    /** Titles by occupation; the path has the code's prefixes: 11, 11-1, 11-101, 11-1011, 11-1011.03. */
    private static Dataset<Row> onet(SparkSession spark, String folder) {
        spark.read()
                .option("header", true)
                .option("sep", "\t")
                .option("quote", "")
                .csv(folder + "/Alternate Titles.txt.gz")
                .createOrReplaceTempView("titles");
        return spark.sql("""
                SELECT text, label, array(left(label, 2), left(label, 4), left(label, 6), left(label, 7), label) AS path,
                  if(pmod(xxhash64(text, label), 10) = 0, 'test', 'train') AS split
                FROM (SELECT `Alternate Title` AS text, `O*NET-SOC Code` AS label FROM titles)""");
    }

    private static Dataset<Row> kdd99(SparkSession spark, String folder) {
        String columns = IntStream.range(0, 41)
                .mapToObj(i -> "c" + i + (i >= 1 && i <= 3 ? " STRING" : " DOUBLE"))
                .collect(Collectors.joining(", "));
        Dataset<Row> train = spark.read().schema(columns + ", label STRING").csv(folder + "/kddcup.data_10_percent.gz");
        Dataset<Row> test = spark.read().schema(columns + ", label STRING").csv(folder + "/corrected.gz");
        return train.selectExpr("*", "'train' AS split")
                .unionByName(test.selectExpr("*", "'test' AS split"))
                .withColumn("label", expr("rtrim('.', label)"))
                .withColumn("path", expr("array(label)"));
    }

    /** As the quickstart cleaned and split them; the features are those of its configuration. */
    private static Dataset<Row> languages(SparkSession spark, String folder) {
        spark.read().format("delta").load(folder + "/examples").createOrReplaceTempView("examples");
        spark.read().format("delta").load(folder + "/splits").createOrReplaceTempView("splits");
        return spark.sql("""
                SELECT text, splits.label, path, split
                FROM examples JOIN splits USING (example_id) WHERE split IN ('train', 'test')""");
    }

    private static List<String> kddNumbers() {
        return IntStream.range(0, 41)
                .filter(i -> i < 1 || i > 3)
                .mapToObj(i -> "c" + i)
                .toList();
    }
}
