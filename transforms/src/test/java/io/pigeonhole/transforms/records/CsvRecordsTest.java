package io.pigeonhole.transforms.records;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CsvRecordsTest {

    private static final CsvFormat BACKSLASH = new CsvFormat(",", '"', '\\', '#', true);
    private static final CsvFormat BY_LINES = new CsvFormat(",", '"', '"', '\0', false);

    private static List<TextRecord> records(String text, CsvFormat format) throws IOException {
        List<TextRecord> records = new ArrayList<>();
        try (CsvRecords csv = new CsvRecords(drops(text.getBytes(UTF_8)), format)) {
            for (Optional<TextRecord> next = csv.next(); next.isPresent(); next = csv.next()) {
                records.add(next.get());
            }
        }
        return records;
    }

    /** A stream that gives few bytes at a time, as those of remote files do. */
    private static InputStream drops(byte[] bytes) {
        return new ByteArrayInputStream(bytes) {
            @Override
            public synchronized int read(byte[] target, int offset, int length) {
                return super.read(target, offset, Math.min(length, 3));
            }
        };
    }

    private static List<String> texts(List<TextRecord> records) {
        return records.stream().map(TextRecord::text).toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r\n", "\r"})
    void aLineEndWithinQuotesBelongsToTheRecordAndBlankLinesToNone(String end) throws IOException {
        List<TextRecord> records =
                records(String.join(end, "id,text", "", "1,\"two", "lines\"", "  ", "2,plain"), CsvFormat.RFC_4180);

        assertThat(texts(records)).containsExactly("id,text", "1,\"two" + end + "lines\"", "2,plain");
        assertThat(records).extracting(TextRecord::line).containsExactly(1L, 3L, 6L);
        assertThat(records).allMatch(record -> record.problem().isEmpty());
    }

    @Test
    void quotesAreDoubledOrEscapedAsTheFormatSays() throws IOException {
        String doubled = "1,\"a \"\"b\"\", c\",5\" pipe";
        String escaped = "1,\"a \\\"b\\\", c\",C:\\dir";

        assertThat(records(doubled, CsvFormat.RFC_4180))
                .allMatch(record -> record.problem().isEmpty());
        assertThat(CsvRecords.values(doubled, CsvFormat.RFC_4180)).containsExactly("1", "a \"b\", c", "5\" pipe");
        assertThat(records("# a comment with \" a quote\n" + escaped, BACKSLASH))
                .singleElement()
                .satisfies(record -> assertThat(record.problem()).isEmpty());
        assertThat(CsvRecords.values(escaped, BACKSLASH)).containsExactly("1", "a \"b\", c", "C:\\dir");
        assertThat(records(escaped + "\n2,x,y", CsvFormat.RFC_4180))
                .extracting(record -> record.problem().orElse("sound"))
                .satisfiesExactly(
                        problem -> assertThat(problem).contains("text follows the quote", "escape = \"\\\\\""),
                        problem -> assertThat(problem).isEqualTo("sound"));
    }

    @Test
    void aQuoteThatIsNeverClosedDamagesItsLineAlone() throws IOException {
        List<TextRecord> records = records("1,\"open\n2,x\n3,y", CsvFormat.RFC_4180);

        assertThat(texts(records)).containsExactly("1,\"open", "2,x", "3,y");
        assertThat(records.get(0).problem().orElseThrow()).contains("never closed");
        assertThat(records.get(1).problem()).isEmpty();
        assertThat(records("1,\"open\n2,x", BY_LINES).get(0).problem().orElseThrow())
                .contains("multiLine = false");
    }

    @Test
    void aByteOrderMarkIsNoPartOfTheFirstRecordAndCountsInPositions() throws IOException {
        assertThat(records("\uFEFFid,text\n1,a", CsvFormat.RFC_4180))
                .extracting(TextRecord::text, TextRecord::position)
                .containsExactly(tuple("id,text", 3L), tuple("1,a", 11L));
        assertThat(records("\uFEFF", CsvFormat.RFC_4180)).isEmpty();
    }

    @Test
    void bytesThatAreNotUtf8AreAProblemThatNamesAnEncoding() throws IOException {
        byte[] bytes = {'a', ',', (byte) 0xe4, '\n', 'b', ',', 'c'};
        try (CsvRecords csv = new CsvRecords(new ByteArrayInputStream(bytes), CsvFormat.RFC_4180)) {
            assertThat(csv.next().orElseThrow().problem().orElseThrow()).contains("encoding = \"windows-1252\"");
            assertThat(csv.next().orElseThrow().problem()).isEmpty();
        }
    }

    /** Values of any kind, written as RFC 4180 says, are read as they were. */
    @Test
    void whatIsWrittenByTheRulesIsReadAsItWas() throws IOException {
        Random random = new Random(3);
        String[] pieces = {"a", "ß", "\"", ",", ";", "\n", "\r\n", " ", "😀", "x y"};
        List<List<String>> rows = new ArrayList<>();
        StringBuilder file = new StringBuilder();
        for (int row = 0; row < 500; row++) {
            List<String> values = new ArrayList<>(List.of("r" + row));
            for (int column = 0; column < 3; column++) {
                StringBuilder value = new StringBuilder();
                for (int piece = random.nextInt(5); piece > 0; piece--) {
                    value.append(pieces[random.nextInt(pieces.length)]);
                }
                values.add(value.toString());
            }
            rows.add(values);
            file.append(String.join(
                            ",",
                            values.stream()
                                    .map(value -> value.matches("[a-z0-9]*") && random.nextBoolean()
                                            ? value
                                            : "\"" + value.replace("\"", "\"\"") + "\"")
                                    .toList()))
                    .append(random.nextBoolean() ? "\n" : "\r\n");
        }

        List<TextRecord> records = records(file.toString(), CsvFormat.RFC_4180);

        assertThat(records).allMatch(record -> record.problem().isEmpty());
        assertThat(records.stream().map(record -> CsvRecords.values(record.text(), CsvFormat.RFC_4180)))
                .containsExactlyElementsOf(rows);
    }

    @Test
    void separatorsOfSeveralCharactersAreWhole() throws IOException {
        CsvFormat format = CsvFormat.RFC_4180.separatedBy("||");

        assertThat(records("a||\"b||\n\"||c|d", format)).hasSize(1);
        assertThat(CsvRecords.values("a||\"b||\n\"||c|d", format)).containsExactly("a", "b||\n", "c|d");
    }

    @Test
    void theSeparatorIsTheOneThatMostRowsAgreeOn() {
        assertThat(CsvSeparators.of(List.of("id;text", "1;one, two", "2;three, four, five")))
                .contains(';');
        assertThat(CsvSeparators.of(List.of("id\ttext", "1\ta, b"))).contains('\t');
        assertThat(CsvSeparators.of(List.of("text", "one", "two"))).isEmpty();
    }
}
