package dev.pawl.cli;

import java.util.Locale;

/** Numbers for people. */
final class Numbers {

    private Numbers() {}

    /** With a comma between thousands, whatever the language of the machine. */
    static String grouped(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    /** So many of something, in the singular where it is one. */
    static String of(long number, String singular) {
        return grouped(number) + " " + singular + (number == 1 ? "" : "s");
    }
}
