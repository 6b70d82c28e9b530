package io.pigeonhole.jobs.examples;

import io.pigeonhole.jobs.configuration.ExamplesToScore;
import io.pigeonhole.jobs.configuration.SourceConfig;
import io.pigeonhole.jobs.runs.Session;
import io.pigeonhole.jobs.sources.Access;
import io.pigeonhole.jobs.sources.Sources;
import io.pigeonhole.transforms.PipelineException;
import io.pigeonhole.transforms.cleaning.Cleaned;
import io.pigeonhole.transforms.cleaning.Cleaning;
import io.pigeonhole.transforms.cleaning.CleaningRules;
import io.pigeonhole.transforms.features.FeatureSpec;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** The rows of {@code score.examples}, which are not in the store. */
public final class OtherExamples {

    private OtherExamples() {}

    /**
     * Rows with their verdicts.
     *
     * @param cleaned the rows of a source
     * @param rules the rules that they were judged by
     */
    public record Judged(Cleaned cleaned, CleaningRules rules) {}

    /** The rows of a source, judged; empty if the configuration names a table with the columns of {@code examples}. */
    public static Optional<Judged> judged(Session session) {
        return source(session).map(source -> {
            List<String> features = session.config().allFeatures().stream()
                    .map(FeatureSpec::columns)
                    .flatMap(List::stream)
                    .toList();
            Dataset<Row> raw = DataContract.vectorsAsArrays(Sources.toScore(Access.of(session), source, features));
            CleaningRules rules = DataContract.forScoring(session.config(), raw);
            return new Judged(Cleaning.clean(raw, rules), rules);
        });
    }

    /**
     * The rows that can be scored.
     *
     * @throws PipelineException (data contract) if a table with the columns of {@code examples} has damaged rows
     */
    public static Dataset<Row> rows(Session session) {
        return judged(session)
                .map(judged -> judged.cleaned().examples())
                .orElseGet(() -> Sources.otherExamples(
                        Access.of(session),
                        examples(session).reading(session.config().sources())));
    }

    private static ExamplesToScore examples(Session session) {
        return session.config().score().examples().orElseThrow();
    }

    private static Optional<SourceConfig.Spark> source(Session session) {
        return examples(session).source(session.config().sources());
    }
}
