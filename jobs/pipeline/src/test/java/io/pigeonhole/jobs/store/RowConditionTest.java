package io.pigeonhole.jobs.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RowConditionTest {

    private final RowCondition condition = RowCondition.about("o'hara", 2, List.of("validation", "test"));

    private static JsonNode statistics(String low, String high, String nulls) {
        try {
            return new ObjectMapper()
                    .readTree(
                            "{\"minValues\":{" + low + "},\"maxValues\":{" + high + "},\"nullCount\":{" + nulls + "}}");
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static String bounds(String model, int version, String split) {
        return "\"model\":\"" + model + "\",\"version\":" + version + ",\"split\":\"" + split + "\"";
    }

    private static final String NO_NULLS = "\"model\":0,\"version\":0,\"split\":0";

    @Test
    void sqlQuotesTexts() {
        assertThat(condition.sql())
                .isEqualTo("(model IN ('o\\'hara') AND split IN ('test', 'validation') AND version IN (2))");
    }

    @Test
    void aFileWhoseBoundsLeaveOutEveryValueOfAColumnHoldsNoSuchRow() {
        String train = bounds("o'hara", 2, "train");
        assertThat(condition.mayBeIn(statistics(train, train, NO_NULLS))).isFalse();
        assertThat(condition.mayBeIn(
                        statistics(bounds("o'hara", 3, "test"), bounds("o'hara", 9, "validation"), NO_NULLS)))
                .isFalse();
        assertThat(condition.mayBeIn(statistics(bounds("a", 1, "test"), bounds("z", 9, "validation"), NO_NULLS)))
                .isTrue();
    }

    @Test
    void withoutBoundsAFileMayHoldAnything() {
        assertThat(condition.mayBeIn(statistics("", "", ""))).isTrue();
        assertThat(condition.isAllOf(statistics("", "", ""))).isFalse();
    }

    @Test
    void aFileHoldsNoOtherRowsWhereEachColumnHasOneValueOfTheConditionAndNoNull() {
        String test = bounds("o'hara", 2, "test");
        assertThat(condition.isAllOf(statistics(test, test, NO_NULLS))).isTrue();
        assertThat(condition.isAllOf(statistics(test, test, NO_NULLS.replace("\"split\":0", "\"split\":1"))))
                .isFalse();
        assertThat(condition.isAllOf(statistics(test, bounds("o'hara", 2, "validation"), NO_NULLS)))
                .as("train lies between test and validation")
                .isFalse();
    }

    @Test
    void boundsAreInTheOrderOfBytes() {
        // in UTF-16, the second of these comes first
        RowCondition beyond = RowCondition.having(Map.of("model", "\uFFFD"));
        String high = "\"model\":\"\uD83D\uDE00\"";
        assertThat(beyond.mayBeIn(statistics("\"model\":\"a\"", high, ""))).isTrue();
    }
}
