package io.pigeonhole.jobs.sources;

import io.pigeonhole.jobs.configuration.SourceConfig;
import io.pigeonhole.transforms.PipelineException;
import io.pigeonhole.transforms.records.FileKind;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.types.DataType;

/** Errors that a user can cause and mend, each with problem, cause and remedy. */
final class SourcesErrors {

    private SourcesErrors() {}

    static PipelineException noLocaleData(String cause) {
        return PipelineException.configuration(
                "The JDK's locale data cannot be collected: the Java process that does it, started apart because the"
                        + " providers of locale data are chosen at the start, failed: " + cause
                        + ". Let this process start another one, or start it with -Djava.locale.providers=CLDR"
                        + " (with Spark: spark.driver.extraJavaOptions), then it does without.");
    }

    static PipelineException tooFewLanguages(String source, int languages, int large, int minimumPerLanguage) {
        return PipelineException.dataContract("Source '" + source + "': this Java runtime ("
                + System.getProperty("java.home") + ") has locale data for " + languages + " languages, of which "
                + large + " have at least minimum_per_language = " + minimumPerLanguage
                + " texts. Two are needed. Use a full JDK, which has the module"
                + " jdk.localedata, or lower minimum_per_language.");
    }

    static PipelineException tableReplaced(String owner, Position.Version read, String tableId) {
        return PipelineException.dataContract(
                owner + " cannot be read again as it was: the table of id " + read.tableId() + " in " + read.path()
                        + " has been replaced by one of id " + tableId + ". Restore it.");
    }

    static PipelineException fileReplaced(String owner, Position position) {
        return PipelineException.dataContract(owner + " cannot be read again as it was: " + position
                + " has been changed since, or is gone. Restore that state of it.");
    }

    static PipelineException notIdx(String owner, String path, String what, int found, int magic) {
        return PipelineException.dataContract(String.format(
                "%s: %s is no IDX file of %s: it begins with 0x%08x, not with 0x%08x. Name the right file, plain or"
                        + " compressed by gzip.",
                owner, path, what, found, magic));
    }

    static PipelineException impossibleIdxHeader(String owner, String path, int items, long itemSize) {
        return PipelineException.dataContract(owner + ": " + path + " says that it holds " + items + " items of "
                + itemSize + " bytes, which cannot be. Fetch the file again.");
    }

    static PipelineException idxTooLong(String owner, String path, int items) {
        return PipelineException.dataContract(owner + ": " + path + " goes on behind the " + items
                + " items that it says it holds. Fetch the file again.");
    }

    static PipelineException idxCutOff(String owner, String path) {
        return PipelineException.dataContract(
                owner + ": " + path + " is cut off or damaged: it ends before what its header says. Fetch it again.");
    }

    static PipelineException noFile(String owner, String path) {
        return PipelineException.dataContract(
                owner + ": there is no file " + path + ". Check that the data have arrived, and the path.");
    }

    static PipelineException imagesWithoutLabels(String owner, SourceConfig.Idx.Part part, int images, int labels) {
        return PipelineException.dataContract(owner + ": " + part.images() + " holds " + images + " images, but "
                + part.labels() + " holds " + labels + " labels. Name files that belong together.");
    }

    static PipelineException cannotTellWhatIsNew(String owner, String instead) {
        return PipelineException.configuration(owner + " is incremental, but does not tell what of it is new: "
                + "only files and Delta tables do, not " + instead
                + ". Leave out 'incremental', or bring its rows to such files or a Delta table first.");
    }

    static PipelineException fileCannotBeListed(Path path, IOException e) {
        return PipelineException.dataContract(
                "The file " + path + " cannot be looked at: " + e + ". Check that it is still there and may be read.");
    }

    static PipelineException notASingleValue(String owner, String name, DataType type) {
        return PipelineException.dataContract(owner + ": column '" + name + "' is of type " + type.simpleString()
                + " and cannot serve as an id or label, which are single values." + " Make one by a 'query'.");
    }

    static PipelineException notATime(String owner, String name, DataType type) {
        return PipelineException.dataContract(owner + ": column '" + name + "' is of type " + type.simpleString()
                + " and cannot be read as a time. Give a timestamp, a date, ISO 8601 text, or seconds, milliseconds or"
                + " microseconds since 1970.");
    }

    static PipelineException libraryMissing(String owner, String reading, ClassNotFoundException missing) {
        return PipelineException.configuration(owner + " cannot be read (" + reading + "): " + missing.getMessage()
                + ". Give Spark the library that has it, by --packages or --jars.");
    }

    static PipelineException nothingThere(String message) {
        return PipelineException.dataContract(
                message + " Check that the data have arrived, and path, table and version; a path that is relative is"
                        + " looked for where this process runs.");
    }

    static PipelineException cannotBeRead(String message) {
        return PipelineException.configuration(
                message + " Check format, options, schema and query under 'read', and the columns.");
    }

    static PipelineException damagedFile(String file, String cause) {
        return PipelineException.dataContract("The file " + file + " cannot be read to its end: " + cause
                + ". It is cut off, damaged, or of another format than the source says."
                + " Replace it at its source, or move it away to go on without it.");
    }

    static PipelineException emptyFiles(String owner, String file, int files) {
        return PipelineException.dataContract(owner + ": there is nothing in the file " + file
                + (files > 1 ? ", nor in the other " + (files - 1) : "")
                + ". Check what writes it; to go on without it, move it away.");
    }

    static PipelineException notUtf8(String owner, String file, String guess) {
        return PipelineException.dataContract(owner + ": the file " + file + " is not UTF-8. Its bytes look like "
                + guess + (guess.startsWith("UTF") ? "" : " (or ISO-8859-1, Latin-1)")
                + ". If so, set options { encoding = \"" + guess + "\" } under 'read'; otherwise name the encoding"
                + " that it was written in.");
    }

    static PipelineException notCompressed(String owner, String file, FileKind named) {
        return PipelineException.dataContract(owner + ": the name of " + file + " says that it is compressed by "
                + named.text() + ", but its content is not. It is cut off or was renamed: fetch it again, or leave out"
                + " the ending ." + named.extension() + ".");
    }

    static PipelineException compressed(String owner, String file, FileKind kind) {
        return PipelineException.dataContract(owner + ": the file " + file + " is compressed by " + kind.text()
                + ", but its name does not end with ." + kind.extension()
                + ", by which Spark would know. Rename it to " + file.replaceAll(".*/", "") + "."
                + kind.extension() + ".");
    }

    static PipelineException notText(String owner, String file, FileKind kind) {
        return PipelineException.dataContract(owner + ": the file " + file + " is no text but "
                + (kind == FileKind.ZIP
                        ? "a ZIP archive, such as an Excel workbook. Export the sheet as CSV (UTF-8), or unpack the"
                                + " archive."
                        : "of the format " + kind.text() + ". Set format = "
                                + kind.text().toLowerCase(Locale.ROOT) + " under 'read'."));
    }

    static PipelineException caseClash(String owner, String one, String other) {
        return PipelineException.dataContract(owner + " has the columns '" + one + "' and '" + other
                + "', which differ only in letter case. To tell them apart, set spark { \"spark.sql.caseSensitive\" ="
                + " true }; otherwise rename one where the data come from.");
    }

    static PipelineException damagedRows(String owner, long rows, String first) {
        return PipelineException.dataContract(owner + ": " + rows + (rows == 1 ? " row" : " rows")
                + " cannot be read, such as: " + first
                + ". Correct the file, or the options under 'read' (sep, quote, escape, encoding, multiLine).");
    }

    static PipelineException linesDiffer(String owner, String path, long lines, String other, long others) {
        return PipelineException.dataContract(owner + ": " + path + " has " + lines + " lines and " + other + " has "
                + others + ", so their lines do not belong together. Fetch both files again, or look for a line that is"
                + " missing in one of them.");
    }

    static PipelineException notOneFile(String owner, String path) {
        return PipelineException.configuration(
                owner + ": " + path + " is not a single file, and only the lines of single"
                        + " files can be read in parallel. Make a source of each pair of files.");
    }

    static PipelineException mixedTypes(String file, String column, String here, String elsewhere) {
        String name = file.replaceAll(".*/", "");
        return PipelineException.dataContract("The column '" + column + "' is "
                + here.replaceAll(",$", "") + " in the file " + file + ", but "
                + elsewhere.toUpperCase(Locale.ROOT)
                + " in the files read with it. Read the files of each type as a source of its own, with the same"
                + " 'columns': one with path = \".../" + name + "\" and one with the other files (a path may be a"
                + " pattern, such as part-{0,1}.parquet). Ids and labels become text in both, and so meet.");
    }

    static PipelineException columnsMissing(String owner, List<String> missing, List<String> present, String remedy) {
        return PipelineException.dataContract(owner + " has no column " + String.join(", ", missing)
                + ". Its columns are: " + String.join(", ", present) + ". " + remedy);
    }

    static PipelineException noLabels(String owner, String labelColumn) {
        return PipelineException.dataContract(owner + " has rows without a label in column '" + labelColumn
                + "'. Give them one, or leave them out by a 'query'.");
    }
}
