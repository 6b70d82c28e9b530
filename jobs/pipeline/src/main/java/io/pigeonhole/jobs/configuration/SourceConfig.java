package io.pigeonhole.jobs.configuration;

import io.pigeonhole.transforms.PipelineException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** One source of examples. */
public sealed interface SourceConfig {

    /** Name of the source in the tables. */
    String name();

    /** The mapping of its columns to those of an example, if it is configured. */
    default Optional<ColumnMapping> mapping() {
        return Optional.empty();
    }

    /**
     * The same source at a time in the past; the source itself if its data do not change.
     *
     * @throws PipelineException (configuration) if its data change and earlier versions cannot be read
     */
    default SourceConfig asOf(String time) {
        return this;
    }

    /**
     * Anything Spark reads.
     *
     * @param incremental whether a run reads only data that no earlier run has read: new and changed files, or changes
     *     of a Delta table
     */
    record Spark(String name, Reading read, ColumnMapping columns, boolean incremental) implements SourceConfig {

        public Spark {
            if (incremental && read.query().isPresent()) {
                throw ConfigurationErrors.incrementalQuery(name);
            }
        }

        @Override
        public SourceConfig asOf(String time) {
            return new Spark(name, read.asOf("source '" + name + "'", time), columns, incremental);
        }

        @Override
        public Optional<ColumnMapping> mapping() {
            return Optional.of(columns);
        }

        /** The same source at the latest version: a pin limits the rows, but does not affect how they are mapped. */
        public Spark withoutPin() {
            return new Spark(name, read.withoutPin(), columns, incremental);
        }
    }

    /**
     * The Unicode CLDR locale data that the JDK itself carries: short texts (column {@code text}), with their language
     * as label and its script as parent.
     *
     * @param minimumPerLanguage minimum texts of a language; languages with fewer are left out
     */
    record Cldr(String name, int minimumPerLanguage) implements SourceConfig {}

    /**
     * Images in files of the IDX format, as MNIST has them: column {@code pixels}, a byte for each pixel by rows and
     * columns, and column {@code split}.
     *
     * @param parts pairs of files
     * @param labels names of the label numbers, from 0 on; if empty, the numbers themselves are the labels
     */
    record Idx(String name, List<Part> parts, List<String> labels) implements SourceConfig {

        public Idx {
            parts = List.copyOf(parts);
            labels = List.copyOf(labels);
            if (parts.isEmpty()) {
                throw ConfigurationErrors.noParts(name);
            }
            Set<String> files = new HashSet<>();
            for (Part part : parts) {
                if (!files.add(part.fileName())) {
                    throw ConfigurationErrors.sameImageFile(name, part.fileName());
                }
            }
        }

        @Override
        public SourceConfig asOf(String time) {
            throw ConfigurationErrors.imagesHaveNoPast(name, time);
        }

        /**
         * A file of images and one of their labels, on any Hadoop file system, plain or compressed by gzip.
         *
         * @param split value of the column {@code split} for its rows; null when absent
         */
        public record Part(Optional<String> split, String images, String labels) {

            /**
             * Name of the file of images, without folder and {@code .gz}. With a row's position in the file, it forms
             * the row's id.
             */
            public String fileName() {
                return images.substring(images.lastIndexOf('/') + 1).replaceAll("\\.gz$", "");
            }
        }
    }
}
