package io.pigeonhole.transforms.cleaning;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class LabelsTest {

    @Test
    void blanksAndInvisibleCharactersAtTheEndsAreGoneAndThoseWithinStay() {
        assertThat(Labels.of("\u00A0\u3000 cat\t\uFEFF\u200B")).contains("cat");
        assertThat(Labels.of("big\u00ADcat \u202E")).contains("big\u00ADcat");
        assertThat(Labels.of("cafe\u0301")).contains("café");
        assertThat(Labels.of(" \u200B ")).isEmpty();
        // a flag ends with an invisible tag, which belongs to it
        String flag = "\uD83C\uDFF4\uDB40\uDC67\uDB40\uDC7F";
        assertThat(Labels.of(flag)).contains(flag);
    }

    @Test
    void labelsThatDifferInWhatIsHardToSeeAreReportedWithTheirRows() {
        List<LookAlikes> groups = LookAlikes.of(List.of(
                new CleaningCounts.ClassCount("Billing", 1, 0, 0),
                new CleaningCounts.ClassCount("bill\u200Bing", 2, 0, 0),
                new CleaningCounts.ClassCount("billing", 9, 1, 0),
                new CleaningCounts.ClassCount("billings", 4, 0, 0)));

        assertThat(groups).singleElement().satisfies(group -> {
            assertThat(group.text()).isEqualTo("'billing' (9), 'bill\\u200Bing' (2), 'Billing' (1)");
            assertThat(group.aliases())
                    .isEqualTo("labels.aliases { \"bill\\u200Bing\" = \"billing\", \"Billing\" = \"billing\" }");
        });
    }
}
