package io.pigeonhole.transforms.records;

import java.io.Serializable;

/**
 * How a CSV file separates its values.
 *
 * @param separator between two values; one or more characters
 * @param quote around values with special characters; 0 for none
 * @param escape before a quote within quotes; the quote itself where quotes are doubled, as RFC 4180 says
 * @param comment begins lines to leave out; 0 for none
 * @param multiLine whether a line end within quotes belongs to the value
 */
public record CsvFormat(String separator, char quote, char escape, char comment, boolean multiLine)
        implements Serializable {

    /** The format of RFC 4180. */
    public static final CsvFormat RFC_4180 = new CsvFormat(",", '"', '"', '\0', true);

    /** The same format with another separator. */
    public CsvFormat separatedBy(String other) {
        return new CsvFormat(other, quote, escape, comment, multiLine);
    }
}
