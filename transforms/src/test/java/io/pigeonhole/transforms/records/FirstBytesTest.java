package io.pigeonhole.transforms.records;

import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.Charset;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class FirstBytesTest {

    private static final String TEXT = "id,label\n1,Fußball ❤\n";

    @Test
    void encodingsAreGuessedFromBytes() {
        byte[] utf8 = TEXT.getBytes(UTF_8);

        assertThat(TextEncoding.guess(utf8)).isEmpty();
        // cut off within the last character
        assertThat(TextEncoding.guess(Arrays.copyOf(utf8, utf8.length - 2))).isEmpty();
        assertThat(TextEncoding.guess(TEXT.getBytes(UTF_16))).contains("UTF-16");
        assertThat(TextEncoding.guess(TEXT.getBytes(UTF_16LE))).contains("UTF-16LE");
        assertThat(TextEncoding.guess("Straße".getBytes(Charset.forName("windows-1252"))))
                .contains("windows-1252");
        assertThat(TextEncoding.guess(new byte[0])).isEmpty();
    }

    @Test
    void kindsAreKnownByContentAndByName() {
        assertThat(FileKind.ofContent(new byte[] {0x1f, (byte) 0x8b, 8})).contains(FileKind.GZIP);
        assertThat(FileKind.ofContent("PK\u0003\u0004".getBytes(UTF_8))).contains(FileKind.ZIP);
        assertThat(FileKind.ofContent(TEXT.getBytes(UTF_8))).isEmpty();
        assertThat(FileKind.ofName("a/data.CSV.gz")).contains(FileKind.GZIP);
        assertThat(FileKind.ofName("data.csv")).isEmpty();
    }
}
