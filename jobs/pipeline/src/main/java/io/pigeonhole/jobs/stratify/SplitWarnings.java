package io.pigeonhole.jobs.stratify;

import io.pigeonhole.transforms.split.ClassShares;
import io.pigeonhole.transforms.split.CopyPolicy;
import io.pigeonhole.transforms.split.Split;
import io.pigeonhole.transforms.split.SplitReport;
import io.pigeonhole.transforms.split.SplitSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** What finished splits do not allow to be learned or judged. */
record SplitWarnings(SplitReport report, SplitSpec spec) {

    private static final int SHOWN = 10;

    /**
     * Problems that people should know of, each with its cause and a remedy.
     *
     * @throws io.pigeonhole.transforms.PipelineException (data contract) if train has a single class
     */
    List<String> check() {
        List<ClassShares> trained =
                report.classes().stream().filter(shares -> shares.train() > 0).toList();
        if (trained.size() == 1) {
            throw StratifyErrors.oneClass(trained.get(0));
        }
        List<String> warnings = new ArrayList<>();
        for (Split split : List.of(Split.VALIDATION, Split.TEST)) {
            if (report.examples() > 0 && report.rows(split) == 0 && isWanted(split)) {
                warnings.add(empty(split));
            }
        }
        boolean judges = report.rows(Split.VALIDATION) + report.rows(Split.TEST) > 0;
        if (judges) {
            addClasses(
                    warnings,
                    ClassShares::onlyTrains,
                    "%d of %d classes only train and are not evaluated: %s. They have too few rows%s for the other splits."
                            + " Bring more of their rows, or collapse them by stratify.rare = collapse_into_other. The table"
                            + " class_splits lists them: WHERE validation = 0 AND test = 0.");
        }
        addClasses(
                warnings,
                shares -> shares.train() == 0,
                "%d of %d classes have no row in train, so no model can predict them: %s. Bring rows of them%s, or leave"
                        + " these rows out. The table class_splits lists them: WHERE train = 0.");
        addCopies(warnings);
        report.tornGroups()
                .ifPresent(torn -> warnings.add(String.format(
                        Locale.ROOT,
                        "The given splits tear %,d %s apart, such as %s: rows of one group both train and test, so the"
                                + " figures may be too good. Correct the splits or the column '%s'.",
                        torn.groups(),
                        torn.groups() == 1 ? "group" : "groups",
                        torn.first(),
                        spec.groupColumn().orElseThrow())));
        return warnings;
    }

    private boolean isWanted(Split split) {
        boolean isDealt = spec.timeCut().isEmpty() && spec.given().isEmpty();
        double share = split == Split.TEST
                ? spec.proportions().test()
                : spec.proportions().validation();
        return !isDealt || share > 0;
    }

    private String empty(Split split) {
        String lost = split == Split.TEST
                ? "No labelled row is in test, so nothing is evaluated on it."
                : "No labelled row is in validation, so no setting, threshold or calibration can be chosen on it.";
        String remedy;
        if (spec.given().isPresent()) {
            remedy = "The column '" + spec.given().get().column() + "' gives none"
                    + (split == Split.VALIDATION
                            ? "; draw some from train: stratify.given { validation = 0.1 }."
                            : "; correct it, or remove stratify.given to deal rows by proportion.");
        } else if (spec.timeCut().isPresent()) {
            remedy = "No row has such a time; move the dates of stratify.time_cut.";
        } else if (spec.groupColumn().isPresent()) {
            remedy = "There are too few groups by '" + spec.groupColumn().get()
                    + "', since a whole group goes to one split; use a finer column, or bring more groups.";
        } else {
            remedy = "The classes have too few rows; bring more, or raise stratify.proportions." + split.code() + ".";
        }
        return lost + " " + remedy;
    }

    /** @param text format of the number of these classes, the number of all, their names, and the cause by groups */
    private void addClasses(List<String> warnings, Predicate<ClassShares> isMeant, String text) {
        List<ClassShares> meant = report.classes().stream().filter(isMeant).toList();
        if (meant.isEmpty()) {
            return;
        }
        String names = meant.stream()
                .limit(SHOWN)
                .map(shares -> "'" + shares.label() + "' (" + shares.rows() + (shares.rows() == 1 ? " row)" : " rows)"))
                .collect(Collectors.joining(", "));
        warnings.add(String.format(
                Locale.ROOT,
                text,
                meant.size(),
                report.classes().size(),
                names + (meant.size() > SHOWN ? ", ..." : ""),
                spec.groupColumn().isPresent() ? " or groups" : ""));
    }

    private void addCopies(List<String> warnings) {
        ClassShares.Copies copies = report.copies();
        if (copies.validationInTrain() + copies.testInTrain() + copies.testInValidation() == 0) {
            return;
        }
        warnings.add(String.format(
                Locale.ROOT,
                "%,d of %,d rows of test and %,d of %,d of validation have the same features and label as a row of train, and %,d of"
                        + " test as one of validation, so the figures may be too good. %s The table class_splits counts them"
                        + " by class.",
                copies.testInTrain(),
                report.rows(Split.TEST),
                copies.validationInTrain(),
                report.rows(Split.VALIDATION),
                copies.testInValidation(),
                remedyForCopies()));
    }

    private String remedyForCopies() {
        if (spec.given().isPresent() || spec.timeCut().isPresent()) {
            return "The rows themselves state their splits; leave the copies out of one of them.";
        }
        if (spec.groupColumn().isPresent()) {
            return "They lie in different groups; leave the copies out, or use a column that joins these groups.";
        }
        return spec.copies() == CopyPolicy.TOGETHER
                ? "They were dealt before copies were kept together, and no assignment changes; a new store deals them anew."
                : "Set stratify.copies = together in a new store.";
    }
}
