package dev.pawl.auth;

import dev.pawl.backend.Key;
import java.util.Optional;

/**
 * One thing that a verification has to say about a stored record.
 *
 * @param severity whether it is damage, or only unusual
 * @param rule the stable name of the rule that found it, in kebab-case
 * @param key the record, where it is about one
 * @param place where that stands, for people: a file, a table and id, a key
 * @param text what is wrong, beginning with the member where it is in one. Holds ids and counters, never a value.
 */
public record Finding(Severity severity, String rule, Optional<Key> key, String place, String text) {

    /** What a finding means for the account. */
    public enum Severity {
        /** Something is damaged or contradicts itself: the account will not work as it should. */
        PROBLEM,
        /** Unusual, but seen in accounts that work. */
        WARNING
    }

    /** Whether the account will not work as it should. */
    public boolean isProblem() {
        return severity == Severity.PROBLEM;
    }
}
