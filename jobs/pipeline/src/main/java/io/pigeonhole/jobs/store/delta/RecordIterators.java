package io.pigeonhole.jobs.store.delta;

import io.pigeonhole.transforms.records.Records;
import io.pigeonhole.transforms.records.TextRecord;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.TaskContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.execution.datasources.PartitionedFile;
import org.apache.spark.unsafe.types.UTF8String;
import org.apache.spark.util.SerializableConfiguration;
import org.jspecify.annotations.Nullable;
import scala.collection.AbstractIterator;
import scala.collection.Iterator;
import scala.runtime.AbstractFunction1;

/** Opens the records of a file, or of a part of it, as rows of Spark. */
final class RecordIterators extends AbstractFunction1<PartitionedFile, Iterator<InternalRow>> implements Serializable {

    private static final long serialVersionUID = 1L;

    private final RecordReading reading;
    private final String[] columns;
    private final Broadcast<SerializableConfiguration> hadoop;

    RecordIterators(RecordReading reading, String[] columns, Broadcast<SerializableConfiguration> hadoop) {
        this.reading = reading;
        this.columns = columns;
        this.hadoop = hadoop;
    }

    @Override
    public Iterator<InternalRow> apply(PartitionedFile file) {
        try {
            return new Rows(reading, columns, hadoop.value().value(), file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The records that begin in the part. */
    private static final class Rows extends AbstractIterator<InternalRow> {

        private final Records records;
        private final String[] columns;
        /** Position of the first byte of the stream in the file, and the end of the part. */
        private final long start;

        private final long end;
        private @Nullable TextRecord next;

        Rows(RecordReading reading, String[] columns, Configuration hadoop, PartitionedFile file) throws IOException {
            this.columns = columns;
            Path path = file.toPath();
            boolean isWhole = file.start() == 0;
            start = isWhole ? 0 : file.start() - 1;
            end = reading.canBeDivided() && !RecordReading.isCompressed(hadoop, path)
                    ? file.start() + file.length()
                    : Long.MAX_VALUE;
            records = isWhole ? reading.open(hadoop, path) : reading.openAt(hadoop, path, start);
            Optional.ofNullable(TaskContext.get())
                    .ifPresent(task -> task.addTaskCompletionListener(
                            (org.apache.spark.util.TaskCompletionListener) done -> close()));
            if (isWhole && reading.header()) {
                records.next();
            }
            advance();
        }

        private void advance() throws IOException {
            next = records.next()
                    .filter(record -> start + record.position() < end)
                    .orElse(null);
        }

        private void close() {
            try {
                records.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public boolean hasNext() {
            return next != null;
        }

        @Override
        public InternalRow next() {
            TextRecord record = next;
            if (record == null) {
                throw new java.util.NoSuchElementException();
            }
            Object[] values = new Object[columns.length];
            for (int i = 0; i < columns.length; i++) {
                values[i] = value(record, columns[i]);
            }
            try {
                advance();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return new GenericInternalRow(values);
        }

        private static @Nullable Object value(TextRecord record, String column) {
            return switch (column) {
                case RecordFormat.RECORD -> UTF8String.fromBytes(record.bytes());
                case RecordFormat.PROBLEM ->
                    record.problem().map(UTF8String::fromString).orElse(null);
                default -> record.line();
            };
        }
    }
}
