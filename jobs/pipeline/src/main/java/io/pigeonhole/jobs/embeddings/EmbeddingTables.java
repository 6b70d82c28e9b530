package io.pigeonhole.jobs.embeddings;

import static io.pigeonhole.jobs.store.TableDefinition.column;
import static org.apache.spark.sql.types.DataTypes.FloatType;
import static org.apache.spark.sql.types.DataTypes.StringType;
import static org.apache.spark.sql.types.DataTypes.createArrayType;

import io.pigeonhole.jobs.store.TableDefinition;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.types.StructType;

/** The table of computed vectors. */
public final class EmbeddingTables {

    /** Vectors of texts and images, computed once. Deleting rows is safe: they are computed again when needed. */
    public static final TableDefinition EMBEDDINGS = new TableDefinition(
            "embeddings",
            "One row per text or image and pretrained model: its vector, kept so that it is computed once",
            List.of("content_hash", "model_hash"),
            new StructType()
                    .add(column(
                            "content_hash",
                            StringType,
                            "SHA-256 of the text, or of the image's bytes or numbers, in hexadecimal"))
                    .add(column(
                            "model_hash",
                            StringType,
                            "Hash of the pretrained model's files and of the settings on which its vectors depend"))
                    .add(column("vector", createArrayType(FloatType), "The vector, before it is weighted"))
                    .add(TableDefinition.RUN_ID),
            Map.of(
                    "hash_present",
                    "length(content_hash) = 64 AND length(model_hash) = 64",
                    "vector_present",
                    "size(vector) > 0"),
            2);

    private EmbeddingTables() {}
}
