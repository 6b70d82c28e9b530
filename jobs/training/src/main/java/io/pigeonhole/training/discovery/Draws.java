package io.pigeonhole.training.discovery;

/** Random numbers that depend on the id of a row, a seed and a purpose alone, so in whatever order rows arrive. */
final class Draws {

    private static final double TWO_TO_MINUS_53 = 0x1.0p-53;

    private Draws() {}

    /** 64 bits of an id: FNV-1a over its characters, mixed. */
    static long hash(String id) {
        long hash = 0xcbf29ce484222325L;
        for (int i = 0; i < id.length(); i++) {
            hash = (hash ^ id.charAt(i)) * 0x100000001b3L;
        }
        return mix(hash);
    }

    /** A seed for one purpose, such as one resample. */
    static long seed(long seed, long purpose) {
        return mix(seed + mix(purpose));
    }

    /** A number between 0 and 1, exclusively. */
    static double uniform(long hash, long seed) {
        return ((mix(hash ^ seed) >>> 11) + 0.5) * TWO_TO_MINUS_53;
    }

    /** An exponential number of mean 1. */
    static double exponential(long hash, long seed) {
        return -StrictMath.log(uniform(hash, seed));
    }

    /** How often a resample has the row: a Poisson number of mean 1. */
    static int poisson(long hash, long seed) {
        double left = uniform(hash, seed);
        double probability = 1 / Math.E;
        int count = 0;
        while (left > probability && count < 20) {
            left -= probability;
            count++;
            probability /= count;
        }
        return count;
    }

    /** The last step of SplitMix64 (Steele, Lea, Flood 2014). */
    private static long mix(long value) {
        long z = value + 0x9e3779b97f4a7c15L;
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }
}
