package io.pigeonhole.deep;

import io.pigeonhole.deep.network.Head;
import io.pigeonhole.deep.network.InputReader;
import io.pigeonhole.deep.network.NetworkJson;
import io.pigeonhole.deep.network.NetworkPlan;
import io.pigeonhole.transforms.Taxonomy;
import io.pigeonhole.transforms.files.StageFiles;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import scala.collection.immutable.ArraySeq;

/** A network as Parquet: its classes, its plan, and its parameters in pieces. */
final class NetworkFiles {

    private static final StructType CLASSES = StructType.fromDDL("class_index INT, label STRING, path ARRAY<STRING>");
    private static final StructType PLAN =
            StructType.fromDDL("network STRING, sparse BOOLEAN, dimension INT, head STRING, seed BIGINT");
    private static final StructType PARAMETERS = StructType.fromDDL("piece INT, parameters ARRAY<FLOAT>");
    private static final String CLASS_PART = "classes";
    private static final String PLAN_PART = "plan";
    private static final String PARAMETER_PART = "parameters";
    private static final int PIECE = 1 << 18;

    private NetworkFiles() {}

    static List<StageFiles.Part> parts(DeepModel model) {
        List<Row> classes = new ArrayList<>();
        model.taxonomy()
                .paths()
                .forEach((label, nodes) ->
                        classes.add(RowFactory.create(classes.size(), label, nodes.toArray(String[]::new))));
        NetworkPlan plan = model.plan();
        List<Row> plans = List.of(RowFactory.create(
                NetworkJson.encode(plan.spec()),
                plan.sparse(),
                plan.dimension(),
                plan.head().code(),
                plan.seed()));
        List<Row> pieces = new ArrayList<>();
        float[] parameters = model.parameters();
        for (int from = 0; from < parameters.length; from += PIECE) {
            float[] piece = Arrays.copyOfRange(parameters, from, Math.min(parameters.length, from + PIECE));
            pieces.add(RowFactory.create(pieces.size(), new ArraySeq.ofFloat(piece)));
        }
        return List.of(
                new StageFiles.Part(CLASS_PART, CLASSES, classes),
                new StageFiles.Part(PLAN_PART, PLAN, plans),
                new StageFiles.Part(PARAMETER_PART, PARAMETERS, pieces));
    }

    static DeepModel read(String uid, StageFiles.Saved saved) {
        TreeMap<String, List<String>> paths = new TreeMap<>();
        saved.rows(CLASS_PART, CLASSES).forEach(row -> paths.put(row.getString(1), row.getList(2)));
        Taxonomy taxonomy = Taxonomy.ofPaths(paths);
        Row plan = saved.rows(PLAN_PART, PLAN).get(0);
        List<float[]> pieces = new ArrayList<>();
        int size = 0;
        for (Row row : saved.rows(PARAMETER_PART, PARAMETERS)) {
            float[] piece = InputReader.numbers(row.get(1));
            pieces.add(piece);
            size += piece.length;
        }
        float[] parameters = new float[size];
        int at = 0;
        for (float[] piece : pieces) {
            System.arraycopy(piece, 0, parameters, at, piece.length);
            at += piece.length;
        }
        return new DeepModel(
                uid,
                new NetworkPlan(
                        NetworkJson.decode(plan.getString(0)),
                        plan.getBoolean(1),
                        plan.getInt(2),
                        Head.of(plan.getString(3), taxonomy),
                        plan.getLong(4)),
                taxonomy,
                parameters,
                null);
    }
}
