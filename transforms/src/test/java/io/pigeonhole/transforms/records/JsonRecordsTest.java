package io.pigeonhole.transforms.records;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonRecordsTest {

    private static List<TextRecord> records(String text, boolean byLines) throws IOException {
        List<TextRecord> records = new ArrayList<>();
        try (JsonRecords json = new JsonRecords(new ByteArrayInputStream(text.getBytes(UTF_8)), byLines)) {
            for (Optional<TextRecord> next = json.next(); next.isPresent(); next = json.next()) {
                records.add(next.get());
            }
        }
        return records;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"a\": 1}\n{\"a\": \"}[\"}",
                "[{\"a\": 1}, {\"a\": \"}[\"}]",
                "\n[\n  {\"a\": 1}\n ,\n{\"a\": \"}[\"}\n]\n",
                "{\"a\": 1}{\"a\": \"}[\"}"
            })
    void valuesAreFoundOnLinesInArraysAndOneAfterAnother(String text) throws IOException {
        assertThat(records(text, false)).extracting(TextRecord::text).containsExactly("{\"a\": 1}", "{\"a\": \"}[\"}");
    }

    @Test
    void theFirstLineTellsWhetherEachLineIsAValue() {
        assertThat(JsonRecords.isByLines("{\"a\": {\"b\": 1}}\n{".getBytes(UTF_8)))
                .isTrue();
        assertThat(JsonRecords.isByLines("\n[{\"a\": 1}]".getBytes(UTF_8))).isFalse();
        assertThat(JsonRecords.isByLines("{\n\"a\": 1\n}".getBytes(UTF_8))).isFalse();
        assertThat(JsonRecords.isByLines(new byte[0])).isTrue();
    }

    @Test
    void aValueThatNeverEndsIsAProblem() throws IOException {
        assertThat(records("{\"a\": {", false).get(0).problem().orElseThrow()).contains("never ends");
        assertThat(records("{\"a\": {\n{\"a\": 2}", true))
                .extracting(TextRecord::text)
                .contains("{\"a\": 2}");
    }
}
