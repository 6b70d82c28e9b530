package io.pigeonhole.training.cascade;

import static org.apache.spark.sql.functions.col;

import io.pigeonhole.training.calibration.CalibratedModel;
import io.pigeonhole.transforms.Columns;
import io.pigeonhole.transforms.HoldsExamples;
import io.pigeonhole.transforms.TrainedClassifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.Transformer;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * A model of a cascade, or below rules.
 *
 * @param name by which rows name the model that answered
 * @param pipeline all its stages, a classifier among them
 */
public record Member(String name, PipelineModel pipeline) {

    /** The classifier of the pipeline. */
    public TrainedClassifier classifier() {
        return Stream.of(pipeline.stages())
                .filter(TrainedClassifier.class::isInstance)
                .map(TrainedClassifier.class::cast)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("the pipeline " + name + " has no classifier"));
    }

    /** Whether both have the same classes in the same tree. */
    public boolean hasTheClassesOf(Member other) {
        return classifier()
                .taxonomy()
                .paths()
                .equals(other.classifier().taxonomy().paths());
    }

    /** The given columns of the rows, and the model's probabilities. */
    public Dataset<Row> probabilities(Dataset<Row> rows, Column[] kept, String probability) {
        return pipeline.transform(rows)
                .select(Columns.with(kept, col(classifier().probabilityColumn()).as(probability)));
    }

    /** Those of some example ids that its stages contain. */
    public Set<String> held(Set<String> ids) {
        Set<String> held = new TreeSet<>();
        for (Transformer stage : pipeline.stages()) {
            if (stage instanceof HoldsExamples holder) {
                held.addAll(holder.held(ids));
            }
        }
        return held;
    }

    /** The same model without these examples. */
    public Member withoutExamples(Set<String> ids) {
        List<Transformer> stages = Arrays.stream(pipeline.stages())
                .map(stage -> stage instanceof HoldsExamples holder ? holder.withoutExamples(ids) : stage)
                .toList();
        return new Member(name, new PipelineModel(pipeline.uid(), stages));
    }

    /** What tells the model from others. */
    public List<String> fingerprints() {
        List<String> fingerprints = new ArrayList<>();
        for (Transformer stage : pipeline.stages()) {
            if (stage instanceof TrainedClassifier trained) {
                fingerprints.add(trained.fingerprint());
            } else if (stage instanceof CalibratedModel calibrated) {
                fingerprints.add(calibrated.fingerprint());
            }
        }
        return fingerprints;
    }
}
