package io.pigeonhole.evaluation.predictions;

import java.util.function.Supplier;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.SparkSession;

/** Names Spark jobs, so that the Spark UI shows what each phase of an evaluation costs. */
public final class JobDescription {

    private JobDescription() {}

    /** Runs a phase whose Spark jobs have this description, and then restores the caller's description. */
    public static <T> T during(SparkSession spark, String description, Supplier<T> phase) {
        SparkContext context = spark.sparkContext();
        String callers = context.getLocalProperty("spark.job.description");
        context.setJobDescription(description);
        try {
            return phase.get();
        } finally {
            context.setJobDescription(callers);
        }
    }
}
