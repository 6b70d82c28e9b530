package io.pigeonhole.evaluation.means;

import java.io.Serializable;
import java.util.Collections;
import java.util.List;

/**
 * Chooses the class of least expected cost (C. Elkan, "The foundations of cost-sensitive learning", IJCAI 2001, section
 * 2). With costs by class, the expected cost of predicting k is {@code sum of p FN - p[k] FN[k] + (1 - p[k]) FP[k]}, so
 * no cost matrix is needed; single pairs with their own cost are corrected one by one. Ties go to the more probable
 * class, then to the first.
 */
public final class CostDecision implements Serializable {

    private static final long serialVersionUID = 1L;

    private final double[] falsePositives;
    private final double[] falseNegatives;
    private final int[] pairLabels;
    private final int[] pairPredicted;
    /** Cost of a pair minus the cost that follows from its classes. */
    private final double[] pairCosts;

    /**
     * Prepares decisions between these classes.
     *
     * @param labels in natural order; pairs of other classes are ignored
     */
    public CostDecision(Costs costs, List<String> labels) {
        falsePositives = labels.stream()
                .mapToDouble(label -> costs.ofClass(label).falsePositive())
                .toArray();
        falseNegatives = labels.stream()
                .mapToDouble(label -> costs.ofClass(label).falseNegative())
                .toArray();
        List<Costs.Pair> pairs = costs.pairs().stream()
                .filter(pair -> index(labels, pair.label()) >= 0 && index(labels, pair.predicted()) >= 0)
                .toList();
        pairLabels =
                pairs.stream().mapToInt(pair -> index(labels, pair.label())).toArray();
        pairPredicted =
                pairs.stream().mapToInt(pair -> index(labels, pair.predicted())).toArray();
        pairCosts = new double[pairs.size()];
        for (int i = 0; i < pairCosts.length; i++) {
            int label = pairLabels[i];
            int predicted = pairPredicted[i];
            double ofClasses = label == predicted ? 0 : falseNegatives[label] + falsePositives[predicted];
            pairCosts[i] = pairs.get(i).cost() - ofClasses;
        }
    }

    private static int index(List<String> labels, String label) {
        return Collections.binarySearch(labels, label);
    }

    /** Index of the class of least expected cost, given the probabilities of all classes. */
    public int decide(double[] probabilities) {
        double[] costs = expectedCosts(probabilities);
        int best = 0;
        for (int k = 1; k < costs.length; k++) {
            if (costs[k] < costs[best] || (costs[k] == costs[best] && probabilities[k] > probabilities[best])) {
                best = k;
            }
        }
        return best;
    }

    /** Expected cost of predicting each class. */
    double[] expectedCosts(double[] probabilities) {
        double missed = 0;
        for (int k = 0; k < probabilities.length; k++) {
            missed += probabilities[k] * falseNegatives[k];
        }
        double[] costs = new double[probabilities.length];
        for (int k = 0; k < costs.length; k++) {
            costs[k] = missed - probabilities[k] * falseNegatives[k] + (1 - probabilities[k]) * falsePositives[k];
        }
        for (int i = 0; i < pairCosts.length; i++) {
            costs[pairPredicted[i]] += probabilities[pairLabels[i]] * pairCosts[i];
        }
        return costs;
    }
}
