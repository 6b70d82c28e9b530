package io.pigeonhole.evaluation.predictions;

import io.pigeonhole.evaluation.tables.EvaluationKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.unsafe.types.UTF8String;

/** The keys, classes and sets of slices that a scan of predictions meets, by numbers from 0 on. */
public final class ScanNames {

    /** Stands for a name that is null. */
    static final int NONE = -1;

    private final Names classes = new Names();
    private final Names slices = new Names();
    private final List<EvaluationKey> keys = new ArrayList<>();
    private final List<List<String>> sets = new ArrayList<>();
    private final Map<List<Integer>, Integer> numbersOfSets = new HashMap<>();
    private final List<Integer> current = new ArrayList<>();

    /** No names but that of the whole split, which is the set of slices 0. */
    public ScanNames() {
        slices.number(UTF8String.fromString(EvaluationKey.ALL));
        set();
    }

    /** The model version, split and level of a decision, in the whole split. */
    public EvaluationKey key(int number) {
        return keys.get(number);
    }

    public int keys() {
        return keys.size();
    }

    public String className(int number) {
        return classes.name(number);
    }

    public int classes() {
        return classes.size();
    }

    /** The slices that a row belongs to, the whole split first. */
    public List<String> slices(int number) {
        return sets.get(number);
    }

    public int setsOfSlices() {
        return sets.size();
    }

    /** Numbers a key of the whole split. */
    public int addKey(EvaluationKey key) {
        keys.add(key);
        return keys.size() - 1;
    }

    /** The number of a class. */
    public int classNumber(UTF8String name) {
        return classes.number(name);
    }

    /** The names of the slices that occur. */
    int namesOfSlices() {
        return slices.size();
    }

    /** The number of the set with these slices and the whole split. */
    int setOfSlices(ArrayData given) {
        current.clear();
        for (int i = 0; i < given.numElements(); i++) {
            if (!given.isNullAt(i)) {
                int slice = slices.number(given.getUTF8String(i));
                if (slice > 0 && !current.contains(slice)) {
                    current.add(slice);
                }
            }
        }
        Integer known = numbersOfSets.get(current);
        return known != null ? known : set();
    }

    private int set() {
        Set<String> names = new LinkedHashSet<>(List.of(EvaluationKey.ALL));
        current.forEach(slice -> names.add(slices.name(slice)));
        sets.add(List.copyOf(names));
        numbersOfSets.put(List.copyOf(current), sets.size() - 1);
        return sets.size() - 1;
    }
}
