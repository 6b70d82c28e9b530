package io.pigeonhole.deep.network;

import java.util.SplittableRandom;

/** Hashes and random permutations that are the same on every machine. */
public final class Mixing {

    private Mixing() {}

    /** A hash of two numbers in which each bit depends on all of theirs (the finaliser of MurmurHash3). */
    public static long mix(long first, long second) {
        long z = first * 0x9E3779B97F4A7C15L + second;
        z = (z ^ (z >>> 33)) * 0xFF51AFD7ED558CCDL;
        z = (z ^ (z >>> 33)) * 0xC4CEB9FE1A85EC53L;
        return z ^ (z >>> 33);
    }

    public static int hash(String text) {
        long hash = text.length();
        for (int i = 0; i < text.length(); i++) {
            hash = mix(hash, text.charAt(i));
        }
        return (int) (hash >>> 32);
    }

    /** A hash of all that a row holds. */
    public static long hash(LabelledInput example, long seed) {
        NetworkInput input = example.input();
        long hash = mix(seed, example.label());
        hash = mix(hash, Float.floatToIntBits(example.weight()));
        if (input instanceof NetworkInput.Sparse sparse) {
            for (float value : sparse.values()) {
                hash = mix(hash, Float.floatToIntBits(value));
            }
            for (int index : sparse.indices()) {
                hash = mix(hash, index);
            }
        } else if (input instanceof NetworkInput.Dense dense) {
            for (float value : dense.values()) {
                hash = mix(hash, Float.floatToIntBits(value));
            }
        } else if (input instanceof NetworkInput.Pixels pixels) {
            for (byte value : pixels.values()) {
                hash = mix(hash, value);
            }
        } else if (input instanceof NetworkInput.Tokens tokens) {
            for (int id : tokens.ids()) {
                hash = mix(hash, id);
            }
        }
        return hash;
    }

    /** The numbers from 0 to below the size in an order drawn by the seed. */
    public static int[] permutation(int size, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int[] order = new int[size];
        for (int i = 0; i < size; i++) {
            int j = random.nextInt(i + 1);
            order[i] = order[j];
            order[j] = i;
        }
        return order;
    }
}
