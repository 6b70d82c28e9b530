package io.pigeonhole.transforms.features;

import java.util.Arrays;

/** A set of n-grams, numbered in the order of their arrival; a look-up takes a range of a buffer. */
final class TermTable implements NGramIndex {

    private static final long serialVersionUID = 1L;

    private static final int FREE = -1;

    private int[] slots = filled(1 << 10);
    /** Each term as its kind followed by its code points. */
    private int[][] terms = new int[1 << 9][];

    private int[] hashes = new int[1 << 9];
    private int size;

    /** The table that numbers the terms, in the format of {@link #name}, by their index in the array. */
    static TermTable of(String... names) {
        TermTable table = new TermTable();
        for (String name : names) {
            int kind = name.charAt(0);
            int[] codePoints = name.substring(2).codePoints().toArray();
            table.add(kind, codePoints, 0, codePoints.length, NGrams.hash(kind, codePoints, 0, codePoints.length));
        }
        return table;
    }

    int size() {
        return size;
    }

    /** The term as text: {@code w:} or {@code c:} for its kind, then the n-gram. */
    String name(int id) {
        int[] term = terms[id];
        return (char) term[0] + ":" + new String(term, 1, term.length - 1);
    }

    @Override
    public int indexOf(int kind, int[] codePoints, int from, int to, int hash) {
        return slots[slot(kind, codePoints, from, to, hash)];
    }

    /** The number of the n-gram; adds it to the table if it is new. */
    int add(int kind, int[] codePoints, int from, int to, int hash) {
        int slot = slot(kind, codePoints, from, to, hash);
        if (slots[slot] != FREE) {
            return slots[slot];
        }
        if (size == terms.length) {
            terms = Arrays.copyOf(terms, size * 2);
            hashes = Arrays.copyOf(hashes, size * 2);
        }
        int[] term = new int[to - from + 1];
        term[0] = kind;
        System.arraycopy(codePoints, from, term, 1, to - from);
        terms[size] = term;
        hashes[size] = hash;
        slots[slot] = size++;
        if (size * 2 > slots.length) {
            grow();
        }
        return size - 1;
    }

    private int slot(int kind, int[] codePoints, int from, int to, int hash) {
        int mask = slots.length - 1;
        int slot = hash & mask;
        while (slots[slot] != FREE && !holds(slots[slot], kind, codePoints, from, to, hash)) {
            slot = slot + 1 & mask;
        }
        return slot;
    }

    private boolean holds(int id, int kind, int[] codePoints, int from, int to, int hash) {
        int[] term = terms[id];
        return hashes[id] == hash && term[0] == kind && Arrays.equals(term, 1, term.length, codePoints, from, to);
    }

    private void grow() {
        slots = filled(slots.length * 2);
        int mask = slots.length - 1;
        for (int id = 0; id < size; id++) {
            int slot = hashes[id] & mask;
            while (slots[slot] != FREE) {
                slot = slot + 1 & mask;
            }
            slots[slot] = id;
        }
    }

    private static int[] filled(int length) {
        int[] slots = new int[length];
        Arrays.fill(slots, FREE);
        return slots;
    }
}
