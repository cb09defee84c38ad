package dev.pawl.json;

/** Tells the member names that JavaScript orders as numbers. */
final class ArrayIndex {
    private static final long LARGEST = 4_294_967_294L;

    private ArrayIndex() {}

    /** The array index that {@code name} is the canonical text of ({@code 0} to 2<sup>32</sup>-2), or -1. */
    static long of(String name) {
        int length = name.length();
        if (length == 0 || length > 10 || (name.charAt(0) == '0' && length > 1)) {
            return -1;
        }
        long index = 0;
        for (int i = 0; i < length; i++) {
            int digit = name.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            index = index * 10 + digit;
        }
        return index <= LARGEST ? index : -1;
    }
}
