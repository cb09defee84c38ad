package dev.pawl.auth;

/**
 * What a transaction is about, by name. Transactions of one store with the same name run one after another in the order they came; different names run side by side.
 *
 * <p>The name only saves needless conflicts. Isolation does not rest on it: every record a transaction read is checked when it commits.
 *
 * @param name any text, such as the Signal address of a peer
 * @param reruns how often the work is run again when its commit lost a race; 0 to fail at once
 */
public record Scope(String name, int reruns) {

    /**
     * Checks the number.
     *
     * @throws IllegalArgumentException when it is negative
     */
    public Scope {
        if (reruns < 0) {
            throw new IllegalArgumentException("a transaction is re-run 0 times or more, not " + reruns);
        }
    }

    /** A scope whose transactions fail when they lose a race. */
    public static Scope of(String name) {
        return new Scope(name, 0);
    }

    /**
     * The same scope, its work run again up to {@code times} times when its commit lost a race against another writer. <b>The work may then run more than once</b>, so it does nothing that must not happen twice
     * (sending, counting, appending to a list of the caller).
     */
    public Scope rerunOnConflict(int times) {
        return new Scope(name, times);
    }
}
