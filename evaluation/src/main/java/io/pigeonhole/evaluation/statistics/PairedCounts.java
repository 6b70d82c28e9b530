package io.pigeonhole.evaluation.statistics;

/**
 * The rows that concern one class, by whether they have its label and which of two models predict it. The second model
 * is compared with the first. Counts need not be whole numbers, as in a table scaled to more rows.
 *
 * @param labelBoth rows of the class that both models predict correctly; the next three: only the first, only the
 *     second, neither
 * @param otherBoth rows of other classes that both predict to be of this one; the next two: only the first, only the
 *     second
 */
public record PairedCounts(
        double labelBoth,
        double labelFirst,
        double labelSecond,
        double labelNeither,
        double otherBoth,
        double otherFirst,
        double otherSecond) {

    /** The counts of one model: rows of the class, rows predicted to be of it, rows that are both. */
    public record Side(double support, double predicted, double correct) {

        public Side times(double factor) {
            return new Side(support * factor, predicted * factor, correct * factor);
        }
    }

    public double support() {
        return labelBoth + labelFirst + labelSecond + labelNeither;
    }

    public Side first() {
        double correct = labelBoth + labelFirst;
        return new Side(support(), correct + otherBoth + otherFirst, correct);
    }

    public Side second() {
        double correct = labelBoth + labelSecond;
        return new Side(support(), correct + otherBoth + otherSecond, correct);
    }

    /** The same shares in a table scaled by the factor. */
    public PairedCounts times(double factor) {
        return new PairedCounts(
                labelBoth * factor,
                labelFirst * factor,
                labelSecond * factor,
                labelNeither * factor,
                otherBoth * factor,
                otherFirst * factor,
                otherSecond * factor);
    }

    public PairedCounts plus(PairedCounts other) {
        return new PairedCounts(
                labelBoth + other.labelBoth,
                labelFirst + other.labelFirst,
                labelSecond + other.labelSecond,
                labelNeither + other.labelNeither,
                otherBoth + other.otherBoth,
                otherFirst + other.otherFirst,
                otherSecond + other.otherSecond);
    }

    /** Sum over the rows of the product of two scores of a row, each by label and by the prediction of one model. */
    double sumOfProducts(Score a, Score b) {
        return labelBoth * a.of(true, true) * b.of(true, true)
                + labelFirst * a.of(true, true) * b.of(true, false)
                + labelSecond * a.of(true, false) * b.of(true, true)
                + labelNeither * a.of(true, false) * b.of(true, false)
                + otherBoth * a.of(false, true) * b.of(false, true)
                + otherFirst * a.of(false, true) * b.of(false, false)
                + otherSecond * a.of(false, false) * b.of(false, true);
    }

    /** Sum over the rows of the square of the first model's score. */
    double sumOfFirstSquared(Score a) {
        return (labelBoth + labelFirst) * square(a.of(true, true))
                + (labelSecond + labelNeither) * square(a.of(true, false))
                + (otherBoth + otherFirst) * square(a.of(false, true))
                + otherSecond * square(a.of(false, false));
    }

    /** Sum over the rows of the square of the second model's score. */
    double sumOfSecondSquared(Score b) {
        return (labelBoth + labelSecond) * square(b.of(true, true))
                + (labelFirst + labelNeither) * square(b.of(true, false))
                + (otherBoth + otherSecond) * square(b.of(false, true))
                + otherFirst * square(b.of(false, false));
    }

    private static double square(double value) {
        return value * value;
    }

    /** A number for a row, by whether it has the label and whether the model predicts the class. */
    interface Score {
        double of(boolean labelled, boolean said);
    }
}
