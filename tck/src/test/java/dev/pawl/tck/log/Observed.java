package dev.pawl.tck.log;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * One operation on a few registers as it looked to the one who did it. A register holds a number; 0 is none.
 *
 * @param begin before it was called, in nanoseconds of a clock that all who record have in common
 * @param end after it returned
 * @param kind what it was
 * @param seen what it read or was to find there, for each register, or {@link #ANY}
 * @param put what it was to write, for each register, or {@link #ANY} for those that stay
 */
record Observed(long begin, long end, Kind kind, List<Integer> seen, List<Integer> put) {

    static final int ANY = -1;

    /** What it was, and what came of it. */
    enum Kind {
        /** A read of several registers. */
        READ,
        /** A commit whose checks held. */
        COMMITTED,
        /** A commit of which at least one check did not hold. */
        REFUSED
    }

    /** Whether this can have happened to registers that hold these numbers. */
    boolean fits(List<Integer> state) {
        boolean matches = true;
        for (int register = 0; register < state.size(); register++) {
            matches &= seen.get(register) == ANY || seen.get(register).equals(state.get(register));
        }
        return matches != (kind == Kind.REFUSED);
    }

    /** What the registers hold afterwards. */
    List<Integer> applyTo(List<Integer> state) {
        if (kind != Kind.COMMITTED) {
            return state;
        }
        List<Integer> after = new ArrayList<>(state);
        for (int register = 0; register < after.size(); register++) {
            if (put.get(register) != ANY) {
                after.set(register, put.get(register));
            }
        }
        return List.copyOf(after);
    }

    /** For another process. */
    String line() {
        return begin + " " + end + " " + kind + " " + text(seen) + " " + text(put);
    }

    static Observed parse(String line) {
        String[] parts = line.split(" ");
        return new Observed(
                Long.parseLong(parts[0]),
                Long.parseLong(parts[1]),
                Kind.valueOf(parts[2]),
                numbers(parts[3]),
                numbers(parts[4]));
    }

    private static String text(List<Integer> numbers) {
        return numbers.stream().map(String::valueOf).collect(Collectors.joining(","));
    }

    private static List<Integer> numbers(String text) {
        return Arrays.stream(text.split(",")).map(Integer::valueOf).toList();
    }
}
