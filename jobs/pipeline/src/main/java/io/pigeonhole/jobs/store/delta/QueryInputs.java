package io.pigeonhole.jobs.store.delta;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.catalyst.plans.logical.CTERelationRef;
import org.apache.spark.sql.catalyst.plans.logical.LocalRelation;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.OneRowRelation;
import org.apache.spark.sql.catalyst.plans.logical.Range;
import org.apache.spark.sql.connector.catalog.Table;
import org.apache.spark.sql.delta.files.TahoeLogFileIndex;
import org.apache.spark.sql.execution.datasources.FileIndex;
import org.apache.spark.sql.execution.datasources.HadoopFsRelation;
import org.apache.spark.sql.execution.datasources.LogicalRelation;
import org.apache.spark.sql.execution.datasources.PartitioningAwareFileIndex;
import org.apache.spark.sql.execution.datasources.v2.DataSourceV2Relation;
import org.apache.spark.sql.execution.datasources.v2.FileTable;
import org.apache.spark.sql.types.StructField;
import scala.jdk.javaapi.CollectionConverters;

/** The files and tables at the leaves of an analysed query, including its subqueries. The query need not run. */
public final class QueryInputs {

    private final List<FileStatus> files = new ArrayList<>();
    private final List<Path> paths = new ArrayList<>();
    private final List<DeltaTableVersion> deltaTables = new ArrayList<>();
    private final List<VersionedTable> otherTables = new ArrayList<>();
    private final List<StructField> folders = new ArrayList<>();
    private boolean isComplete = true;

    private QueryInputs() {}

    /** A Delta table at a version. */
    public record DeltaTableVersion(String path, String tableId, long version) {}

    /** A versioned table of another kind. */
    public record VersionedTable(String name, String version) {}

    /** The inputs of the query. */
    public static QueryInputs of(Dataset<?> rows) {
        LogicalPlan plan = QueryPlan.analyzed(rows);
        QueryInputs inputs = new QueryInputs();
        List<LogicalPlan> plans = new ArrayList<>(CollectionConverters.asJava(plan.subqueriesAll()));
        plans.add(plan);
        plans.forEach(part -> CollectionConverters.asJava(part.collectLeaves()).forEach(inputs::add));
        return inputs;
    }

    /** Files that Spark has listed. */
    public List<FileStatus> files() {
        return List.copyOf(files);
    }

    /** Files of which Spark knows only the path. */
    public List<Path> paths() {
        return List.copyOf(paths);
    }

    public List<DeltaTableVersion> deltaTables() {
        return List.copyOf(deltaTables);
    }

    public List<VersionedTable> otherTables() {
        return List.copyOf(otherTables);
    }

    /** Columns that the names of folders hold, such as {@code label=7}. */
    public List<StructField> folders() {
        return List.copyOf(folders);
    }

    /** Whether these are all inputs; false if the query also reads, for example, a table without versions. */
    public boolean isComplete() {
        return isComplete;
    }

    private void add(LogicalPlan leaf) {
        if (leaf instanceof LogicalRelation relation && relation.relation() instanceof HadoopFsRelation fileRelation) {
            add(fileRelation.location());
            if (fileRelation.location() instanceof PartitioningAwareFileIndex) {
                folders.addAll(List.of(fileRelation.partitionSchema().fields()));
            }
        } else if (leaf instanceof DataSourceV2Relation relation) {
            add(relation.table());
        } else if (!(leaf instanceof OneRowRelation
                || leaf instanceof Range
                || leaf instanceof LocalRelation
                || leaf instanceof CTERelationRef)) {
            isComplete = false;
        }
    }

    private void add(FileIndex index) {
        if (index instanceof TahoeLogFileIndex delta) {
            deltaTables.add(new DeltaTableVersion(
                    delta.path().toString(), delta.metadata().id(), delta.version()));
        } else if (index instanceof PartitioningAwareFileIndex listed) {
            files.addAll(CollectionConverters.asJava(listed.allFiles()));
        } else {
            for (String file : index.inputFiles()) {
                paths.add(new Path(URI.create(file)));
            }
        }
    }

    private void add(Table table) {
        if (table instanceof FileTable listed) {
            add(listed.fileIndex());
        } else if (table.version() != null) {
            otherTables.add(new VersionedTable(table.name(), table.version()));
        } else {
            isComplete = false;
        }
    }
}
