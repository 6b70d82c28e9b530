package io.pigeonhole.transforms.split;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** The use of an example: to train, to validate or to test. */
public enum Split {
    TRAIN(0),
    VALIDATION(1),
    TEST(2);

    /** Index of the split in arrays of shares and counts. */
    final int place;

    Split(int place) {
        this.place = place;
    }

    static Split at(int place) {
        return values()[place];
    }

    /** The word in the tables. */
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The split that a word in the tables stands for. */
    public static Split of(String code) {
        return valueOf(code.toUpperCase(Locale.ROOT));
    }

    /** The words in the tables. */
    public static List<String> codes() {
        return Arrays.stream(values()).map(Split::code).toList();
    }
}
