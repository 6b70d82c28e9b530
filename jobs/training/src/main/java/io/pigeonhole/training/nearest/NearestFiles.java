package io.pigeonhole.training.nearest;

import io.pigeonhole.transforms.files.StageFiles;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import scala.collection.immutable.ArraySeq;

/**
 * A model as Parquet: its classes, and either a part for each shard with the id, class and vector of every row, or the
 * centroids and the factor of their covariance. One shard at a time is in this process.
 */
final class NearestFiles {

    private static final StructType CLASSES =
            StructType.fromDDL("label STRING, path ARRAY<STRING>, rows BIGINT, weight DOUBLE, generation INT");
    private static final StructType CONTENTS = StructType.fromDDL("by_rows BOOLEAN, shards INT, features INT");
    private static final StructType ROWS = StructType.fromDDL(
            "example_id STRING, label STRING, generation INT, weight DOUBLE, features ARRAY<INT>, elements"
                    + " ARRAY<FLOAT>");
    private static final StructType CENTROIDS =
            StructType.fromDDL("label STRING, bias DOUBLE, features ARRAY<INT>, elements ARRAY<FLOAT>");
    private static final StructType FACTOR = StructType.fromDDL("feature INT, other INT, value DOUBLE");

    private static final String CLASS_PART = "classes";
    private static final String CONTENTS_PART = "contents";
    private static final String CENTROID_PART = "centroids";
    private static final String FACTOR_PART = "covariance_factor";

    private NearestFiles() {}

    private static String shardPart(int number) {
        return String.format(Locale.ROOT, "rows-%05d", number);
    }

    static MLWriter writer(NearestModel model) {
        return new MLWriter() {
            @Override
            public void saveImpl(String folder) {
                NearestFiles.save(model, folder, sparkSession());
            }
        };
    }

    private static void save(NearestModel model, String folder, SparkSession spark) {
        List<Row> classes = new ArrayList<>();
        model.classes()
                .byLabel()
                .forEach((label, known) -> classes.add(RowFactory.create(
                        label, known.path().toArray(String[]::new), known.rows(), known.weight(), known.generation())));
        StageFiles.write(model, List.of(new StageFiles.Part(CLASS_PART, CLASSES, classes)), folder, spark);
        if (model.comparison() instanceof Comparison.Rows rows) {
            write(CONTENTS_PART, CONTENTS, List.of(contents(model, rows.shards().size())), folder, spark);
            for (int s = 0; s < rows.shards().size(); s++) {
                write(shardPart(s), ROWS, rows(rows.shards().get(s).value()), folder, spark);
            }
        } else {
            Comparison.Means means = (Comparison.Means) model.comparison();
            write(CONTENTS_PART, CONTENTS, List.of(contents(model, 0)), folder, spark);
            write(CENTROID_PART, CENTROIDS, centroids(means.centroids()), folder, spark);
            write(FACTOR_PART, FACTOR, factor(means.whitening()), folder, spark);
        }
    }

    private static Row contents(NearestModel model, int shards) {
        boolean isByRows = model.comparison() instanceof Comparison.Rows;
        return RowFactory.create(isByRows, shards, model.numFeatures());
    }

    private static void write(String part, StructType schema, List<Row> rows, String folder, SparkSession spark) {
        StageFiles.write(new StageFiles.Part(part, schema, rows), folder, spark);
    }

    private static List<Row> rows(Shard shard) {
        List<Row> rows = new ArrayList<>();
        for (int row = 0; row < shard.size(); row++) {
            FeatureVector vector = shard.vector(row);
            rows.add(RowFactory.create(
                    shard.id(row),
                    shard.label(row),
                    shard.generation(),
                    shard.weight(row),
                    new ArraySeq.ofInt(vector.features()),
                    new ArraySeq.ofFloat(vector.values())));
        }
        return rows;
    }

    private static List<Row> centroids(Centroids centroids) {
        return centroids.all().stream()
                .map(centroid -> RowFactory.create(
                        centroid.label(),
                        centroid.bias(),
                        new ArraySeq.ofInt(centroid.vector().features()),
                        new ArraySeq.ofFloat(centroid.vector().values())))
                .toList();
    }

    private static List<Row> factor(Whitening whitening) {
        List<Row> rows = new ArrayList<>();
        double[][] factor = whitening.factor();
        for (int f = 0; f < factor.length; f++) {
            for (int g = 0; g <= f; g++) {
                rows.add(RowFactory.create(f, g, factor[f][g]));
            }
        }
        return rows;
    }

    static MLReader<NearestModel> reader() {
        return new MLReader<>() {
            @Override
            public NearestModel load(String folder) {
                SparkSession spark = sparkSession();
                return StageFiles.reader(NearestModel.class, (uid, saved) -> of(uid, saved, spark))
                        .session(spark)
                        .load(folder);
            }
        };
    }

    private static NearestModel of(String uid, StageFiles.Saved saved, SparkSession spark) {
        TreeMap<String, Classes.Known> known = new TreeMap<>();
        for (Row row : saved.rows(CLASS_PART, CLASSES)) {
            known.put(
                    row.getString(0),
                    new Classes.Known(row.getList(1), row.getLong(2), row.getDouble(3), row.getInt(4)));
        }
        Row contents = saved.rows(CONTENTS_PART, CONTENTS).get(0);
        int size = contents.getInt(2);
        Classes classes = new Classes(known);
        if (!contents.getBoolean(0)) {
            List<Centroid> centroids = saved.rows(CENTROID_PART, CENTROIDS).stream()
                    .map(row -> new Centroid(row.getString(0), vector(row, size, 2), row.getDouble(1)))
                    .toList();
            return new NearestModel(
                    uid, classes, new Comparison.Means(new Centroids(centroids), whitening(saved, size)));
        }
        List<Broadcast<Shard>> shards = new ArrayList<>();
        for (int s = 0; s < contents.getInt(1); s++) {
            List<Row> rows = saved.rows(shardPart(s), ROWS);
            List<Reference> references = rows.stream()
                    .map(row -> new Reference(
                            row.getString(0), row.getString(1), List.of(), row.getDouble(3), vector(row, size, 4)))
                    .toList();
            shards.add(Shards.share(spark, new Shard(rows.get(0).getInt(2), references)));
        }
        return new NearestModel(uid, classes, new Comparison.Rows(size, shards));
    }

    private static FeatureVector vector(Row row, int size, int column) {
        return new FeatureVector(
                size,
                row.<ArraySeq.ofInt>getAs(column).unsafeArray(),
                row.<ArraySeq.ofFloat>getAs(column + 1).unsafeArray());
    }

    private static Whitening whitening(StageFiles.Saved saved, int size) {
        List<Row> rows = saved.rows(FACTOR_PART, FACTOR);
        if (rows.isEmpty()) {
            return Whitening.NONE;
        }
        double[][] factor = new double[size][];
        for (Row row : rows) {
            if (factor[row.getInt(0)] == null) {
                factor[row.getInt(0)] = new double[row.getInt(0) + 1];
            }
            factor[row.getInt(0)][row.getInt(1)] = row.getDouble(2);
        }
        return new Whitening(factor);
    }

    static long elements(Comparison comparison) {
        if (comparison instanceof Comparison.Means means) {
            return means.centroids().all().stream()
                    .mapToLong(centroid -> centroid.vector().values().length)
                    .sum();
        }
        return ((Comparison.Rows) comparison)
                .shards().stream()
                        .map(Broadcast::value)
                        .mapToLong(shard -> shard.rows().elements())
                        .sum();
    }

    static String fingerprint(NearestModel model) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            update(digest, model.classes() + "\n" + model.settings());
            if (model.comparison() instanceof Comparison.Means means) {
                for (Centroid centroid : means.centroids().all()) {
                    update(digest, centroid.label() + " " + Double.toHexString(centroid.bias()));
                    update(digest, centroid.vector());
                }
            } else {
                for (Broadcast<Shard> broadcast : ((Comparison.Rows) model.comparison()).shards()) {
                    Shard shard = broadcast.value();
                    for (int row = 0; row < shard.size(); row++) {
                        update(digest, shard.id(row) + "\n" + shard.label(row) + "\n" + shard.weight(row));
                        update(digest, shard.vector(row));
                    }
                }
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private static void update(MessageDigest digest, String text) {
        digest.update(text.getBytes(StandardCharsets.UTF_8));
    }

    private static void update(MessageDigest digest, FeatureVector vector) {
        ByteBuffer bytes = ByteBuffer.allocate(8 * vector.values().length);
        for (int i = 0; i < vector.values().length; i++) {
            bytes.putInt(vector.features()[i]);
            bytes.putFloat(vector.values()[i]);
        }
        digest.update(bytes.array());
    }
}
