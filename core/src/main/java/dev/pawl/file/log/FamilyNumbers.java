package dev.pawl.file.log;

import dev.pawl.backend.Family;
import java.util.Optional;

/** The numbers that families have in a log. They never change, whatever order the constants stand in. */
final class FamilyNumbers {

    /** The highest number that is in use. */
    static final int LAST = 13;

    private static final Family[] FAMILIES = new Family[LAST + 1];

    static {
        for (Family family : Family.values()) {
            FAMILIES[of(family)] = family;
        }
    }

    private FamilyNumbers() {}

    static int of(Family family) {
        return switch (family) {
            case CREDENTIALS -> 1;
            case KEY -> 2;
            case LEASE -> 3;
            case MESSAGE -> 4;
            case CHAT -> 5;
            case CONTACT -> 6;
            case GROUP -> 7;
            case PRESENCE -> 8;
            case LABEL -> 9;
            case ALIAS -> 10;
            case JOB -> 11;
            case SET_ASIDE -> 12;
            case EXPIRY -> LAST;
        };
    }

    /** The family of a number, or empty for one that this version does not know. */
    static Optional<Family> family(int number) {
        return number >= 1 && number <= LAST ? Optional.of(FAMILIES[number]) : Optional.empty();
    }
}
