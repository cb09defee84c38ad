package dev.pawl.tck;

import dev.pawl.backend.Backend;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * One way to break one rule.
 *
 * @param rule the rule
 * @param what what is wrong with such a backend
 * @param opening opens it
 * @param mayAlsoBreak rules that such a backend cannot keep either
 */
record Breakage(String rule, String what, MemoryStorage.Opening opening, Set<String> mayAlsoBreak) {

    /** A sound backend with something wrong in front of it. */
    static Breakage of(String rule, String what, UnaryOperator<Backend> wrapping, String... mayAlsoBreak) {
        return new Breakage(
                rule, what, (storage, access) -> wrapping.apply(storage.open(access)), Set.of(mayAlsoBreak));
    }

    @Override
    public String toString() {
        return rule + " " + what;
    }
}
