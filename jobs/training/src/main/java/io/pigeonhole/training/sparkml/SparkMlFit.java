package io.pigeonhole.training.sparkml;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.udf;

import io.pigeonhole.transforms.PipelineException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.spark.SparkContext;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.Model;
import org.apache.spark.ml.attribute.AttributeGroup;
import org.apache.spark.ml.attribute.NominalAttribute;
import org.apache.spark.ml.classification.ClassificationModel;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.api.java.UDF2;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.storage.StorageLevel;

/** One training of a classifier of Spark ML. */
final class SparkMlFit {

    private static final String XGBOOST = "ml.dmlc.xgboost4j.";

    /** Classifiers whose sums are exact with exact weights, in any number of partitions. */
    private static final List<String> EXACT = List.of(
            "org.apache.spark.ml.classification.RandomForestClassifier",
            "org.apache.spark.ml.classification.DecisionTreeClassifier");

    private static final long ROWS_OF_A_PARTITION = 10_000;

    /** Bits for the sum of all weights; a double has 53, and a forest may draw a row up to 32 times. */
    private static final int BITS = 48;

    private final String uid;
    private final SparkMlSettings settings;
    private final Dataset<Row> rows;
    private final boolean hasIds;
    private final ClassTotals totals;
    private final int features;
    private final Estimator<?> estimator;

    /** @param rows {@code label, path, weight, id, features} */
    SparkMlFit(String uid, SparkMlSettings settings, Dataset<Row> rows, boolean hasIds) {
        this.uid = uid;
        this.settings = settings;
        this.rows = rows;
        this.hasIds = hasIds;
        totals = ClassTotals.of(rows);
        if (totals.classes().size() < 2) {
            throw SparkMlErrors.oneClass(totals.labels());
        }
        features = features(rows);
        estimator = SparkMlEstimators.of(settings.classifier(), uid);
        SparkMlEstimators.set(estimator, params());
    }

    private static int features(Dataset<Row> rows) {
        int declared =
                AttributeGroup.fromStructField(rows.schema().apply("features")).size();
        return declared >= 0
                ? declared
                : rows.select("features").first().<Vector>getAs(0).size();
    }

    /** The parameters of the configuration, with what follows from the rows. */
    private Map<String, ParameterValue> params() {
        Map<String, ParameterValue> params = SparkMlEstimators.withEnds(
                settings.classifier(),
                settings.params(),
                features,
                totals.classes().size());
        if (settings.classifier().startsWith(XGBOOST)) {
            // all cores of the machine otherwise, so that the model would depend on their number
            params.putIfAbsent("nthread", new ParameterValue.Single(String.valueOf(taskCores())));
        }
        if (estimator.hasParam("seed")) {
            boolean isLong = estimator.getParam("seed") instanceof LongParam;
            params.putIfAbsent(
                    "seed",
                    new ParameterValue.Single(String.valueOf(isLong ? settings.seed() : (int) settings.seed())));
        }
        return params;
    }

    private SparkContext context() {
        return rows.sparkSession().sparkContext();
    }

    private int taskCores() {
        return context().getConf().getInt("spark.task.cpus", 1);
    }

    SparkMlModel model() {
        FeatureForm form = form();
        setColumns();
        requireCores();
        Dataset<Row> ordered = ordered(form).persist(StorageLevel.MEMORY_AND_DISK());
        try {
            Model<?> model = (Model<?>) estimator.fit(ordered);
            if (model instanceof ClassificationModel<?, ?> classification
                    && classification.numClasses() != totals.classes().size()) {
                throw SparkMlErrors.notAllClasses(
                        settings.classifier(), totals.classes().size(), classification.numClasses());
            }
            return new SparkMlModel(
                    uid,
                    totals.taxonomy(),
                    model,
                    form,
                    SparkMlModel.hash(totals.taxonomy(), form, model),
                    Optional.of(new SparkMlSummary(totals.rows(), features, partitions(), isRepeatable())));
        } catch (RuntimeException e) {
            throw refused(e);
        } finally {
            ordered.unpersist();
        }
    }

    /** The classifier's own refusal as an error of the configuration; other failures as they are. */
    private RuntimeException refused(RuntimeException failure) {
        if (failure instanceof PipelineException) {
            return failure;
        }
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            String message = String.valueOf(cause.getMessage());
            if (cause instanceof IllegalArgumentException || message.contains("USER_RAISED_EXCEPTION")) {
                return SparkMlErrors.refusedRows(settings.classifier(), cause);
            }
        }
        return failure;
    }

    /** Vectors as the classifier reads them; XGBoost confuses the two forms. */
    private FeatureForm form() {
        if (!settings.classifier().startsWith(XGBOOST)) {
            return FeatureForm.ANY;
        }
        if (features > FeatureForm.MOST_DENSE) {
            throw SparkMlErrors.tooWide(features, FeatureForm.MOST_DENSE);
        }
        return FeatureForm.DENSE;
    }

    private Object value(String parameter) {
        return estimator.getOrDefault(estimator.getParam(parameter));
    }

    private void setColumns() {
        Map<String, String> columns = new TreeMap<>(SparkMlModel.columns());
        columns.put("featuresCol", SparkMlModel.VECTOR);
        columns.put("labelCol", SparkMlModel.LABEL);
        if (hasWeights()) {
            if (!estimator.hasParam("weightCol")) {
                throw SparkMlErrors.ignoresWeights(
                        settings.classifier(),
                        settings.classWeight().equals("none")
                                ? "the weights of the examples"
                                : "class_weight = " + settings.classWeight());
            }
            columns.put("weightCol", SparkMlModel.WEIGHT);
        }
        columns.forEach((parameter, column) -> {
            if (estimator.hasParam(parameter)) {
                estimator.set(estimator.getParam(parameter), column);
            }
        });
    }

    private boolean hasWeights() {
        return !settings.classWeight().equals("none") || !totals.areAllOne();
    }

    /** XGBoost's workers must run at the same time; Spark waits ten minutes before it says that they cannot. */
    private void requireCores() {
        int workers = workers();
        int cores = context().defaultParallelism() / taskCores();
        if (context().isLocal() && workers > cores) {
            throw SparkMlErrors.tooFewCores(workers, cores);
        }
    }

    private int workers() {
        return estimator.hasParam("numWorkers") ? (Integer) value("numWorkers") : 0;
    }

    private int partitions() {
        if (settings.partitions() > 0) {
            return settings.partitions();
        }
        return workers() > 0 ? workers() : (int) Math.min(1000, 1 + totals.rows() / ROWS_OF_A_PARTITION);
    }

    /** Whether a training of the same rows is known to give the same bits on any number of cores. */
    private boolean isRepeatable() {
        return hasIds && (partitions() == 1 || EXACT.contains(settings.classifier()));
    }

    private Dataset<Row> ordered(FeatureForm form) {
        List<String> labels = totals.labels();
        Map<String, Double> factors = settings.factors(totals);
        Dataset<Row> indexed = rows.select(
                col("id"),
                udf(new Index(labels), DataTypes.DoubleType)
                        .apply(col("label"))
                        .as(
                                SparkMlModel.LABEL,
                                NominalAttribute.defaultAttr()
                                        .withName(SparkMlModel.LABEL)
                                        .withValues(labels.toArray(String[]::new))
                                        .toMetadata()),
                udf(new Weigh(factors, quantum(factors)), DataTypes.DoubleType)
                        .apply(col("label"), col("weight"))
                        .as(SparkMlModel.WEIGHT),
                form.of(col("features"))
                        .as(SparkMlModel.VECTOR, rows.schema().apply("features").metadata()));
        return hasIds ? indexed.repartition(partitions(), col("id")).sortWithinPartitions("id") : indexed;
    }

    /** A power of two; sums of multiples of it up to that of all rows are exact. */
    private double quantum(Map<String, Double> factors) {
        double sum = totals.classes().stream()
                .mapToDouble(each -> each.weight() * factors.getOrDefault(each.label(), 1.0))
                .sum();
        return Math.scalb(1.0, Math.getExponent(sum) + 1 - BITS);
    }

    private record Index(List<String> labels) implements UDF1<String, Double> {
        Index {
            labels = new ArrayList<>(labels);
        }

        @Override
        public Double call(String label) {
            return (double) Collections.binarySearch(labels, label);
        }
    }

    private record Weigh(Map<String, Double> factors, double quantum) implements UDF2<String, Double, Double> {
        @Override
        public Double call(String label, Double weight) {
            return Math.max(1, Math.rint(weight * factors.getOrDefault(label, 1.0) / quantum)) * quantum;
        }
    }
}
