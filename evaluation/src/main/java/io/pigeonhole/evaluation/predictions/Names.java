package io.pigeonhole.evaluation.predictions;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.unsafe.types.UTF8String;

/** Numbers for the names that a scan meets, from 0 on, in the order in which they come. */
final class Names {

    private final Map<UTF8String, Integer> numbers = new HashMap<>();
    private final List<String> names = new ArrayList<>();

    /** The number of a name; the bytes of the name may change after this. */
    int number(UTF8String name) {
        Integer known = numbers.get(name);
        return known != null ? known : added(name.copy());
    }

    private int added(UTF8String name) {
        numbers.put(name, names.size());
        names.add(name.toString());
        return names.size() - 1;
    }

    String name(int number) {
        return names.get(number);
    }

    int size() {
        return names.size();
    }
}
